WITH near AS MATERIALIZED (
    SELECT technology FROM premise
    WHERE at && ST_Expand(ST_SetSRID(ST_MakePoint($2, $1), 4326), 0.0001)
        AND ST_DistanceSphere(at, ST_SetSRID(ST_MakePoint($2, $1), 4326)) <= 5
)
SELECT upper(product.id::text), upper(parent_id::text), name, description, speed_up, speed_down, min_contract,
    to_char(effective, 'YYYY-MM-DD HH24:MI:SS "+0000"'), upper(price.id::text), currency, tax::float8, value::float8,
    value_incl::float8
FROM product JOIN price ON price.product_id = product.id
WHERE EXISTS (SELECT 1 FROM area WHERE ST_Covers(shape, ST_SetSRID(ST_MakePoint($2, $1), 4326)))
    AND (NOT EXISTS (SELECT 1 FROM near) OR technology IN (SELECT technology FROM near))
ORDER BY number
