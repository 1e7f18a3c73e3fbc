WITH wanted AS MATERIALIZED (
    SELECT premise.id AS premise, product.id AS product
    FROM premise JOIN product ON product.technology = premise.technology
    WHERE external_reference = $1 AND product.id = $2::text::uuid AND area_id IS NOT NULL
    LIMIT 1
), of AS (
    INSERT INTO customer (first_name, last_name, email, mobile_number)
    SELECT $3, $4, $5, $6 FROM wanted RETURNING id
), made AS (
    INSERT INTO service (customer_id, product_id, premise, pppoe_username, pppoe_password, wifi_username, wifi_password)
    SELECT of.id, product, premise, replace(of.id::text, '-', '') || '@network.example',
        upper(substr(md5(random()::text), 1, 9)), 'Fibre_' || upper(substr(md5(random()::text), 1, 6)),
        substr(md5(random()::text), 1, 10)
    FROM wanted, of RETURNING id
), opened AS (
    INSERT INTO work_order (service_id) SELECT id FROM made RETURNING id
)
SELECT upper(of.id::text), upper(made.id::text), upper(opened.id::text) FROM of, made, opened
