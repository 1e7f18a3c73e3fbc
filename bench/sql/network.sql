-- The peer's network: what a team would write that has PostgreSQL, PostGIS and pg_trgm. The rows are loaded between
-- this and network_indexes.sql. Like Demarc it has no foreign keys.
CREATE EXTENSION postgis;
CREATE EXTENSION pg_trgm;

CREATE TABLE area (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name TEXT NOT NULL,
    shape GEOMETRY(Polygon, 4326) NOT NULL
);
CREATE TABLE premise (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    premise_id UUID NOT NULL DEFAULT gen_random_uuid(),
    external_reference TEXT NOT NULL,
    full_text TEXT NOT NULL,
    technology TEXT NOT NULL,
    latitude DOUBLE PRECISION NOT NULL,
    longitude DOUBLE PRECISION NOT NULL,
    at GEOMETRY(Point, 4326) NOT NULL
        GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)) STORED,
    area_id UUID,
    listed TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE TABLE product (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    parent_id UUID NOT NULL DEFAULT gen_random_uuid(),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    technology TEXT NOT NULL,
    speed_down BIGINT NOT NULL,
    speed_up BIGINT NOT NULL,
    min_contract BIGINT NOT NULL,
    effective TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE TABLE price (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    product_id UUID NOT NULL UNIQUE,
    currency TEXT NOT NULL,
    tax NUMERIC NOT NULL,
    value_incl NUMERIC NOT NULL,
    value NUMERIC NOT NULL GENERATED ALWAYS AS (round(value_incl / (1 + tax / 100), 4)) STORED
);
CREATE TABLE customer (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    mobile_number TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE TABLE service (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id UUID NOT NULL,
    product_id UUID NOT NULL,
    premise BIGINT NOT NULL,
    status_id INT NOT NULL DEFAULT 2,
    pppoe_username TEXT NOT NULL,
    pppoe_password TEXT NOT NULL,
    wifi_username TEXT NOT NULL,
    wifi_password TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE SEQUENCE work_order_number;
CREATE TABLE work_order (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    service_id UUID NOT NULL,
    reference TEXT NOT NULL UNIQUE
        DEFAULT to_char(now(), 'YYYYMMDD') || '-' || lpad(nextval('work_order_number')::text, 9, '0'),
    status TEXT NOT NULL DEFAULT 'New Order',
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
