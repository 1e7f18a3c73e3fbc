-- One accepted action with a key that is new: what the program inserts, in one transaction. Ids begin with the time, as its
-- own do; the request has the length of a sealed one.
\set a random(1, 9223372036854775807)
\set b random(1, 9223372036854775807)
BEGIN;
INSERT INTO idempotency (digest, body_hash, status, headers, body, created_at)
  VALUES (decode(md5(int8send(:a)), 'hex'), decode(repeat('a6', 32), 'hex'), 0, '', '',
    (extract(epoch FROM now()) * 1000000)::bigint)
  ON CONFLICT (digest) DO NOTHING RETURNING number AS claimed \gset
INSERT INTO action (id, organization_id, seller_id, key_id, dialect, carrier_id, operation, order_id, driver, state,
    version, due_at, ready_at, fence, step, retries, restored, request, created_at, updated_at)
  VALUES (int8send((extract(epoch FROM now()) * 1000000)::bigint) || int8send(:a), decode(repeat('a1', 16), 'hex'),
    decode(repeat('a2', 16), 'hex'), decode(repeat('a3', 16), 'hex'), 'comparetech', decode(repeat('a4', 16), 'hex'),
    'coverage', NULL, 'connector', 'pending', 1, (extract(epoch FROM now()) * 1000000)::bigint, 0, 0, 0, 0, FALSE,
    decode(repeat('a5', 520), 'hex'), (extract(epoch FROM now()) * 1000000)::bigint,
    (extract(epoch FROM now()) * 1000000)::bigint)
  RETURNING number \gset
INSERT INTO event (month, id, kind, version, aggregate, aggregate_id, sequence, organization_id, data, occurred_at)
  VALUES (:month, int8send((extract(epoch FROM now()) * 1000000)::bigint) || int8send(:b), 'action.created', 1, 'action',
    int8send((extract(epoch FROM now()) * 1000000)::bigint) || int8send(:a), 1, decode(repeat('a1', 16), 'hex'),
    format('{"number":%s,"operation":"coverage","state":"pending"}', :number::bigint),
    (extract(epoch FROM now()) * 1000000)::bigint);
UPDATE idempotency SET status = 201, headers = E'content-type: application/json\ncache-control: no-store',
    body = decode(repeat('a7', 210), 'hex')
  WHERE number = :claimed;
COMMIT;
