SELECT id, external_reference, full_text, latitude, longitude, upper(premise_id::text), upper(area_id::text),
    to_char(listed, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM premise ORDER BY full_text <-> $1 LIMIT 10
