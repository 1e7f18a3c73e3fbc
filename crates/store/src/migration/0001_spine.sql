-- The spine. {serial}, {rising} and {bytes} are spelled by the engine ({rising} is a number that may be given
-- again once all higher ones are gone); a block between "-- only NAME" and
-- "-- end" is for that engine alone. Times are microseconds UTC. Sealed columns are encrypted.

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row a topic; its generation rises with every change that a cache must notice.
CREATE TABLE change (
    topic TEXT PRIMARY KEY,
    generation BIGINT NOT NULL
);

CREATE TABLE organization (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('operator', 'reseller')),
    parent_id {bytes},
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
-- One root in an installation.
CREATE UNIQUE INDEX organization_root ON organization ((1)) WHERE parent_id IS NULL;

-- Every organization under each of its ancestors, itself included.
CREATE TABLE organization_tree (
    ancestor_id {bytes} NOT NULL,
    descendant_id {bytes} NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id)
);
CREATE INDEX organization_tree_descendant ON organization_tree (descendant_id);

CREATE TABLE member (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    -- A user of this customer of the organization's; NULL: of the organization itself.
    customer_id {bytes},
    email TEXT NOT NULL UNIQUE,
    name TEXT,
    -- Address and name in lower case: lists are filtered by it.
    searched TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    -- Sealed secret of the authenticator; NULL: none is asked for.
    totp {bytes},
    -- The time step whose code was accepted last: a code works once.
    totp_step BIGINT,
    disabled_at BIGINT,
    -- Wrong sign-ins in a row, and until when none is looked at.
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX member_organization ON member (organization_id);
CREATE INDEX member_customer ON member (customer_id) WHERE customer_id IS NOT NULL;

-- Tokens of people.
CREATE TABLE session (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    member_id {bytes} NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('session', 'machine')),
    prefix TEXT NOT NULL,
    hash {bytes} NOT NULL UNIQUE,
    -- It ends when it was not used for so long; NULL: it does not.
    minutes BIGINT CHECK (minutes > 0),
    -- A use is written when the one that is written is older than some seconds.
    used_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX session_member ON session (member_id);

CREATE TABLE api_key (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    prefix TEXT NOT NULL UNIQUE,
    hash {bytes} NOT NULL UNIQUE,
    role TEXT NOT NULL,
    -- JSON list of capabilities; NULL: all that the role has.
    scopes TEXT,
    expires_at BIGINT,
    revoked_at BIGINT,
    -- The key that takes its place; both work until this one is revoked or expires.
    successor_id {bytes} UNIQUE,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX api_key_organization ON api_key (organization_id);

-- Public keys of programs that sign their own tokens; an account, which is a name, may have several.
CREATE TABLE service_account (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    -- By which a token names its key; never given out again.
    kid TEXT NOT NULL UNIQUE,
    -- DER of PKCS #1.
    public_key {bytes} NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX service_account_organization ON service_account (organization_id);

CREATE TABLE carrier (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    connector TEXT NOT NULL,
    organization_id {bytes} NOT NULL,
    -- Sealed JSON.
    settings {bytes} NOT NULL,
    -- Open to every organization until a list is set in carrier_access.
    open BOOLEAN NOT NULL,
    -- The last committed import of its premises, products, areas and accesses; NULL: none.
    premises_import BIGINT,
    products_import BIGINT,
    areas_import BIGINT,
    accesses_import BIGINT,
    -- Rows of earlier imports than these are withdrawn.
    premises_floor BIGINT NOT NULL,
    products_floor BIGINT NOT NULL,
    areas_floor BIGINT NOT NULL,
    accesses_floor BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE carrier_access (
    carrier_id {bytes} NOT NULL,
    organization_id {bytes} NOT NULL,
    PRIMARY KEY (carrier_id, organization_id)
);

-- What is known of a carrier's health, shared by all nodes. Machine time of the store.
CREATE TABLE carrier_health (
    carrier_id {bytes} PRIMARY KEY,
    failures BIGINT NOT NULL,
    closed_until BIGINT NOT NULL,
    probe_until BIGINT NOT NULL
);

-- Up to when the calls of a carrier with a rate are given out to the nodes. Machine time of the store.
CREATE TABLE carrier_rate (
    carrier_id {bytes} PRIMARY KEY,
    next_at BIGINT NOT NULL
);

CREATE TABLE carrier_session (
    carrier_id {bytes} PRIMARY KEY,
    session {bytes} NOT NULL,
    valid_until BIGINT NOT NULL
);

CREATE TABLE carrier_feed (
    carrier_id {bytes} PRIMARY KEY,
    cursor TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    ready_at BIGINT NOT NULL,
    fence BIGINT NOT NULL
);

-- An import's rows are invisible until it is committed.
CREATE TABLE import (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    carrier_id {bytes} NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('premises', 'products', 'areas', 'accesses')),
    state TEXT NOT NULL CHECK (state IN ('loading', 'committed', 'aborted')),
    -- A default catalogue gives way to the first file as a whole.
    origin TEXT NOT NULL CHECK (origin IN ('default', 'file')),
    -- JSON list of the countries of its rows, once committed.
    countries TEXT NOT NULL,
    -- Machine time of the store: a loading import that has not moved for long was interrupted.
    touched_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX import_loading ON import (carrier_id, kind) WHERE state = 'loading';

-- One row an address of a listing, and import: a listing may have several addresses, all under its
-- reference. Those of the highest committed import are the listing. The id is made of carrier and
-- external reference, so it outlives a new import; the number does not.
CREATE TABLE premise (
    number {serial},
    id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    import_number BIGINT NOT NULL,
    external_reference TEXT NOT NULL,
    match_key TEXT NOT NULL,
    -- JSON: the parts of the address.
    address TEXT NOT NULL,
    technology TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    -- 0: nothing more can be had here; NULL: not known.
    free_ports BIGINT
);
CREATE INDEX premise_match ON premise (carrier_id, match_key);
CREATE INDEX premise_reference ON premise (carrier_id, external_reference, import_number);

CREATE TABLE product (
    number {serial},
    id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    import_number BIGINT NOT NULL,
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    technology TEXT,
    -- JSON: speeds, term, prices, addons.
    offering TEXT NOT NULL
);
CREATE UNIQUE INDEX product_code ON product (carrier_id, code, import_number);

-- Where a carrier serves. One row a part of an area, and import; id and imports as with premises.
CREATE TABLE area (
    number {serial},
    id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    import_number BIGINT NOT NULL,
    external_reference TEXT NOT NULL,
    name TEXT,
    status TEXT NOT NULL CHECK (status IN ('live', 'build', 'planned')),
    -- ISO date; NULL: not known.
    ready_on TEXT,
    -- JSON list of codes; NULL: everything that the carrier sells.
    products TEXT,
    -- As with premises.
    free_ports BIGINT,
    -- model::area::Geometry
    geometry {bytes} NOT NULL
);
CREATE INDEX area_reference ON area (carrier_id, external_reference, import_number);

-- The physical fibre accesses of a carrier; id and imports as with premises.
CREATE TABLE access (
    number {serial},
    id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    import_number BIGINT NOT NULL,
    external_reference TEXT NOT NULL,
    iua TEXT,
    -- All 37 positions.
    gescal37 TEXT,
    -- Sealed; found by its keyed digest.
    phone {bytes},
    phone_digest {bytes},
    brand TEXT,
    premise_reference TEXT,
    technology TEXT,
    address_id TEXT,
    -- Sealed JSON; NULL: nothing else is known.
    details {bytes}
);
CREATE UNIQUE INDEX access_reference ON access (carrier_id, external_reference, import_number);
CREATE INDEX access_iua ON access (carrier_id, iua) WHERE iua IS NOT NULL;
CREATE INDEX access_gescal37 ON access (carrier_id, gescal37) WHERE gescal37 IS NOT NULL;
CREATE INDEX access_phone ON access (carrier_id, phone_digest) WHERE phone_digest IS NOT NULL;
CREATE INDEX access_address ON access (carrier_id, address_id) WHERE address_id IS NOT NULL;

-- Accesses that have changed hands here, or were made here: each stands in the place of what its carrier lists under
-- its id.
CREATE TABLE access_held (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    carrier_id {bytes} NOT NULL,
    external_reference TEXT NOT NULL,
    iua TEXT,
    gescal37 TEXT,
    phone {bytes},
    phone_digest {bytes},
    brand TEXT,
    premise_reference TEXT,
    technology TEXT,
    address_id TEXT,
    details {bytes},
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX access_held_iua ON access_held (carrier_id, iua) WHERE iua IS NOT NULL;
CREATE INDEX access_held_gescal37 ON access_held (carrier_id, gescal37) WHERE gescal37 IS NOT NULL;
CREATE INDEX access_held_phone ON access_held (carrier_id, phone_digest) WHERE phone_digest IS NOT NULL;
CREATE INDEX access_held_address ON access_held (carrier_id, address_id) WHERE address_id IS NOT NULL;

-- Which organization sells under a brand on a carrier.
CREATE TABLE brand (
    carrier_id {bytes} NOT NULL,
    -- Folded.
    name TEXT NOT NULL,
    organization_id {bytes} NOT NULL,
    PRIMARY KEY (carrier_id, name)
);

-- Moves of an access from one brand to another.
CREATE TABLE retention (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    seller_id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    access_id {bytes} NOT NULL,
    reuse BOOLEAN NOT NULL,
    -- Keyed digest of what was said of the source; NULL: nothing had to be.
    source_digest {bytes},
    -- Keyed digest of the whole request.
    request_digest {bytes} NOT NULL,
    service_id {bytes},
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX retention_access ON retention (access_id, number);
CREATE INDEX retention_request ON retention (organization_id, request_digest);

-- Who read personal data, each row hashed with the one before it.
CREATE TABLE audit (
    number {rising},
    organization_id {bytes} NOT NULL,
    key_id {bytes},
    user_id {bytes},
    what TEXT NOT NULL,
    -- JSON list of ids.
    objects TEXT NOT NULL,
    chain {bytes} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE audit_head (
    name TEXT PRIMARY KEY,
    chain {bytes} NOT NULL
);

CREATE TABLE customer (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    -- Sealed JSON.
    person {bytes} NOT NULL,
    -- Keyed digest of the e-mail address, for customers that are found and told apart by it.
    email_digest {bytes},
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX customer_organization ON customer (organization_id);
CREATE UNIQUE INDEX customer_email ON customer (organization_id, email_digest) WHERE email_digest IS NOT NULL;

CREATE TABLE "order" (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    seller_id {bytes} NOT NULL,
    customer_id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    premise_id {bytes},
    product TEXT NOT NULL,
    -- JSON list of names.
    addons TEXT NOT NULL,
    qualification_id {bytes},
    state TEXT NOT NULL CHECK (state IN ('in_progress', 'completed', 'canceled')),
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX order_organization ON "order" (organization_id);
CREATE INDEX order_customer ON "order" (customer_id);

CREATE TABLE service (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    seller_id {bytes} NOT NULL,
    order_id {bytes} NOT NULL UNIQUE,
    customer_id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    premise_id {bytes},
    premise_reference TEXT,
    -- The carrier's code, and the product as its buyer named it.
    product TEXT NOT NULL,
    product_id {bytes},
    carrier_reference TEXT,
    state TEXT NOT NULL CHECK (state IN ('preorder', 'pending', 'active', 'suspended', 'ended', 'deleted')),
    -- The place that it keeps from others, with its kind; NULL: none.
    place TEXT,
    isp_reference TEXT,
    -- Sealed JSON.
    credentials {bytes},
    -- Each with the moment when it last changed.
    provisioned BOOLEAN NOT NULL,
    provisioned_at BIGINT,
    on_network BOOLEAN NOT NULL,
    on_network_at BIGINT,
    completed BOOLEAN NOT NULL,
    completed_at BIGINT,
    cancelled BOOLEAN NOT NULL,
    cancelled_at BIGINT,
    suspended BOOLEAN NOT NULL,
    suspended_at BIGINT,
    reason TEXT,
    starts_at BIGINT,
    -- When it is to end, where that is known before.
    ends_at BIGINT,
    deleted_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX service_place ON service (carrier_id, place) WHERE place IS NOT NULL;
CREATE INDEX service_organization ON service (organization_id, updated_at);
CREATE INDEX service_seller ON service (seller_id, updated_at);
CREATE INDEX service_customer ON service (customer_id);
CREATE INDEX service_premise ON service (premise_id) WHERE premise_id IS NOT NULL;
CREATE INDEX service_isp_reference ON service (isp_reference) WHERE isp_reference IS NOT NULL;

-- Names that no two services have: keyed digests of them.
CREATE TABLE credential (
    digest {bytes} PRIMARY KEY,
    service_id {bytes} NOT NULL
);
CREATE INDEX credential_service ON credential (service_id);

-- A service that gives way to another one, or ends, on a day.
CREATE TABLE service_change (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    seller_id {bytes} NOT NULL,
    service_id {bytes} NOT NULL,
    -- What wishes for it.
    order_id {bytes} NOT NULL,
    -- NULL: it ends without a successor.
    new_service_id {bytes},
    product_id {bytes},
    direction TEXT,
    reason TEXT,
    effective_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'canceled')),
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX service_change_pending ON service_change (service_id) WHERE state = 'pending';
CREATE INDEX service_change_successor ON service_change (new_service_id) WHERE new_service_id IS NOT NULL;
CREATE INDEX service_change_organization ON service_change (organization_id, updated_at);

CREATE TABLE work_order (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    service_id {bytes} NOT NULL,
    organization_id {bytes} NOT NULL,
    seller_id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    -- Whose calendar its appointment is in; sixteen zeros: that of no area.
    area_id {bytes} NOT NULL,
    reference TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    -- Sealed texts: who does it, and what was said last.
    assigned {bytes},
    comment {bytes},
    appointment_date TEXT,
    appointment_time TEXT,
    -- The state from which it was put on hold.
    held TEXT,
    -- Nobody has touched it: it may go on by itself.
    untouched BOOLEAN NOT NULL,
    completed_at BIGINT,
    closed_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX work_order_service ON work_order (service_id);
CREATE INDEX work_order_organization ON work_order (organization_id, updated_at);
CREATE INDEX work_order_seller ON work_order (seller_id, updated_at);

CREATE TABLE work_order_comment (
    number {serial},
    work_order_id {bytes} NOT NULL,
    -- Sealed text.
    comment {bytes} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX work_order_comment_of ON work_order_comment (work_order_id, number);

-- Appointments of an area that were ever asked for.
CREATE TABLE slot (
    carrier_id {bytes} NOT NULL,
    area_id {bytes} NOT NULL,
    date TEXT NOT NULL,
    time TEXT NOT NULL,
    taken BIGINT NOT NULL CHECK (taken >= 0),
    PRIMARY KEY (carrier_id, area_id, date, time)
);

-- What a carrier's owner asks where, in the order of the file: the first that fits is the one that counts.
CREATE TABLE price_rule (
    carrier_id {bytes} NOT NULL,
    position BIGINT NOT NULL,
    -- Of the file.
    line BIGINT NOT NULL,
    -- The carrier's code, folded; empty: any product.
    product TEXT NOT NULL,
    -- Its external reference; NULL: the nearest.
    area TEXT,
    max_distance_m DOUBLE PRECISION,
    level TEXT NOT NULL CHECK (level IN ('cost', 'wholesale', 'customer')),
    -- Exact decimals.
    initiation TEXT,
    monthly TEXT,
    currency TEXT NOT NULL,
    -- Months; NULL: any.
    commitment BIGINT,
    PRIMARY KEY (carrier_id, position),
    CHECK (initiation IS NOT NULL OR monthly IS NOT NULL)
);

-- What an organization was last told as a whole, and when.
CREATE TABLE snapshot (
    organization_id {bytes} NOT NULL,
    kind TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (organization_id, kind)
);

-- What a reseller makes of a carrier's product: its own name and price.
CREATE TABLE reseller_product (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    -- The carrier's code, folded.
    code TEXT NOT NULL,
    -- JSON: what differs from the carrier's product.
    offering TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX reseller_product_organization ON reseller_product (organization_id, carrier_id);

-- What a customer pays for a product of its reseller's, or that it cannot have it.
CREATE TABLE customer_product (
    customer_id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    -- The carrier's code, folded.
    code TEXT NOT NULL,
    -- JSON.
    terms TEXT NOT NULL,
    PRIMARY KEY (customer_id, carrier_id, code)
);

CREATE TABLE quote_request (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    customer_id {bytes},
    seller_id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    product_id {bytes} NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('DSL', 'FIBER')),
    -- Sealed JSON.
    details {bytes} NOT NULL,
    -- Address and reference, folded.
    search TEXT NOT NULL,
    -- JSON list.
    offers TEXT NOT NULL,
    offers_made BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'answered', 'ordered', 'deleted')),
    -- Who made it.
    user_id {bytes},
    key_id {bytes},
    answered_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX quote_request_organization ON quote_request (organization_id);
CREATE INDEX quote_request_seller ON quote_request (seller_id);
CREATE INDEX quote_request_customer ON quote_request (customer_id) WHERE customer_id IS NOT NULL;

CREATE TABLE account (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    customer_id {bytes},
    seller_id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    -- A request becomes one account.
    request_id {bytes} NOT NULL UNIQUE,
    order_id {bytes} NOT NULL UNIQUE,
    -- The line, once it is in use.
    service_id {bytes},
    kind TEXT NOT NULL CHECK (kind IN ('DSL', 'FIBER')),
    product_id {bytes} NOT NULL,
    -- The carrier's code.
    code TEXT NOT NULL,
    -- Sealed JSON.
    details {bytes} NOT NULL,
    -- Address, reference, circuit and name, folded.
    search TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ORDERED', 'CONFIRMED', 'ACTIVE', 'CANCELLED')),
    -- The change of its product.
    wish TEXT NOT NULL CHECK (wish IN ('NONE', 'REQUESTED', 'ORDERED')),
    -- In use by one line of a seller's.
    ip_address TEXT,
    user_id {bytes},
    key_id {bytes},
    starts_at BIGINT,
    ends_at BIGINT,
    activated_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX account_organization ON account (organization_id);
CREATE INDEX account_seller ON account (seller_id);
CREATE INDEX account_customer ON account (customer_id) WHERE customer_id IS NOT NULL;
CREATE UNIQUE INDEX account_ip_address ON account (seller_id, ip_address) WHERE ip_address IS NOT NULL;

-- The actions that wait for moments of an account.
CREATE TABLE account_action (
    account_id {bytes} NOT NULL,
    action_id {bytes} NOT NULL,
    PRIMARY KEY (account_id, action_id)
);

CREATE TABLE document (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    account_id {bytes} NOT NULL,
    kind TEXT NOT NULL,
    -- Sealed text.
    name {bytes} NOT NULL,
    size BIGINT NOT NULL,
    -- Sealed.
    content {bytes} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX document_account ON document (account_id);

-- What dialects call objects whose names are fixed from outside.
CREATE TABLE alias (
    dialect TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- In lower case.
    folded TEXT NOT NULL,
    text TEXT NOT NULL,
    object {bytes} NOT NULL,
    PRIMARY KEY (dialect, kind, folded)
);
CREATE UNIQUE INDEX alias_object ON alias (dialect, kind, object);

CREATE TABLE action (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    seller_id {bytes} NOT NULL,
    key_id {bytes},
    dialect TEXT NOT NULL,
    -- Sixteen zeros: work of the hub's own.
    carrier_id {bytes} NOT NULL,
    operation TEXT NOT NULL,
    order_id {bytes},
    driver TEXT NOT NULL CHECK (driver IN ('connector', 'house')),
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'interrupted', 'done', 'canceled')),
    version BIGINT NOT NULL,
    -- Business time; NULL: nothing is due.
    due_at BIGINT,
    -- Machine time of the store: not to be claimed before. Holds the lease's end, or a back-off's.
    ready_at BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    step BIGINT NOT NULL,
    retries BIGINT NOT NULL,
    restored BOOLEAN NOT NULL,
    -- Sealed JSON.
    request {bytes} NOT NULL,
    progress {bytes},
    result TEXT,
    error TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK (due_at IS NULL OR state NOT IN ('done', 'canceled'))
);
CREATE INDEX action_due ON action (carrier_id, due_at) WHERE due_at IS NOT NULL;
-- What needs no carrier goes on while its breaker is closed, however long the queue is.
CREATE INDEX action_house ON action (carrier_id, due_at) WHERE due_at IS NOT NULL AND driver = 'house';

CREATE INDEX action_order ON action (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX action_bulk ON action (organization_id, number) WHERE operation = 'bulk';

-- Files of bulk qualifications that are still coming in: each holds one of its key's places.
CREATE TABLE bulk_upload (
    -- That of the action to be.
    id {bytes} PRIMARY KEY,
    key_id {bytes},
    created_at BIGINT NOT NULL
);

-- A bulk qualification's file and its result, in order. Appended to; old rows go first.
CREATE TABLE bulk_chunk (
    number {rising},
    action_id {bytes} NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('file', 'result')),
    -- The first row of a result's chunk; a file's are counted from 1.
    position BIGINT NOT NULL,
    -- Packed and sealed.
    content {bytes} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bulk_chunk_position ON bulk_chunk (action_id, part, position);

CREATE TABLE prompt (
    id {bytes} PRIMARY KEY,
    action_id {bytes} NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
    deadline BIGINT NOT NULL,
    tries BIGINT NOT NULL CHECK (tries <= 5),
    resets BIGINT NOT NULL CHECK (resets <= 5),
    -- JSON for the caller.
    data TEXT NOT NULL,
    refusal TEXT,
    -- Sealed; wiped once judged.
    answer {bytes},
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX prompt_action ON prompt (action_id, kind);

CREATE TABLE attempt (
    id {bytes} PRIMARY KEY,
    action_id {bytes} NOT NULL,
    step BIGINT NOT NULL,
    number BIGINT NOT NULL,
    operation TEXT NOT NULL,
    reference TEXT NOT NULL,
    class TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('armed', 'unknown', 'reconciling', 'human', 'confirmed', 'refused', 'absent')),
    orphaned BOOLEAN NOT NULL,
    sends BIGINT NOT NULL,
    misses BIGINT NOT NULL,
    unclear BIGINT NOT NULL,
    body_hash {bytes} NOT NULL,
    worker TEXT NOT NULL,
    fence BIGINT NOT NULL,
    armed_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX attempt_live ON attempt (action_id, step) WHERE state IN ('armed', 'unknown', 'reconciling', 'human');
CREATE UNIQUE INDEX attempt_number ON attempt (action_id, step, number);
CREATE INDEX attempt_reference ON attempt (reference);

-- What came for a worker that had been replaced: kept, and nothing done with it.
CREATE TABLE late_response (
    number {serial},
    action_id {bytes} NOT NULL,
    fence BIGINT NOT NULL,
    operation TEXT NOT NULL,
    -- As in exchange.
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE task (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    action_id {bytes} NOT NULL,
    attempt_id {bytes},
    organization_id {bytes} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'decided', 'applied')),
    evidence TEXT NOT NULL,
    decision TEXT,
    carrier_reference TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT
);
CREATE UNIQUE INDEX task_open ON task (action_id) WHERE state = 'open';
CREATE INDEX task_organization ON task (organization_id, state);

CREATE TABLE qualification (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    seller_id {bytes} NOT NULL,
    action_id {bytes} NOT NULL,
    carrier_id {bytes} NOT NULL,
    premise_id {bytes},
    -- JSON: offers, or the reason why there are none.
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX qualification_action ON qualification (action_id);

-- Answers of a run of bulk qualification, many in a row: a million of them are stored in a second. The id of each is
-- the run's with the number of its row in the last 32 bits, which are zero in the run's.
CREATE TABLE qualification_chunk (
    number {rising},
    run_id {bytes} NOT NULL,
    -- The rows that it answers.
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    organization_id {bytes} NOT NULL,
    -- Packed and sealed: it holds what was asked.
    answers {bytes} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX qualification_chunk_first ON qualification_chunk (run_id, first);

-- Appended to, so that it grows as cheaply with ten million rows as with none; old rows go first.
CREATE TABLE idempotency (
    number {rising},
    -- Of organization, operation and key.
    digest {bytes} NOT NULL,
    body_hash {bytes} NOT NULL,
    status BIGINT NOT NULL,
    headers TEXT NOT NULL,
    -- Sealed.
    body {bytes} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX idempotency_digest ON idempotency (digest);

-- only sqlite
-- One writer: its order of commits is the order of rows, so a row's number is its position.
CREATE TABLE event (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    month BIGINT NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    aggregate TEXT NOT NULL,
    aggregate_id BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    organization_id BLOB NOT NULL,
    data TEXT NOT NULL,
    occurred_at BIGINT NOT NULL
);
CREATE TABLE exchange (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    month BIGINT NOT NULL,
    id BLOB NOT NULL,
    carrier_id BLOB NOT NULL,
    action_id BLOB,
    attempt_id BLOB,
    operation TEXT NOT NULL,
    request TEXT NOT NULL,
    status BIGINT,
    answer TEXT NOT NULL,
    failure TEXT,
    duration_us BIGINT NOT NULL,
    started_at BIGINT NOT NULL
);
-- end
-- only postgres
-- The position is given after the commit, by one sequencer at a time.
CREATE TABLE event (
    position BIGINT,
    month BIGINT NOT NULL,
    id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    aggregate TEXT NOT NULL,
    aggregate_id BYTEA NOT NULL,
    sequence BIGINT NOT NULL,
    organization_id BYTEA NOT NULL,
    data TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    PRIMARY KEY (month, id)
) PARTITION BY LIST (month);
CREATE TABLE event_rest PARTITION OF event DEFAULT;
CREATE INDEX event_position ON event (position);
CREATE INDEX event_unplaced ON event (sequence) WHERE position IS NULL;
CREATE TABLE exchange (
    number BIGINT GENERATED BY DEFAULT AS IDENTITY,
    month BIGINT NOT NULL,
    id BYTEA NOT NULL,
    carrier_id BYTEA NOT NULL,
    action_id BYTEA,
    attempt_id BYTEA,
    operation TEXT NOT NULL,
    request TEXT NOT NULL,
    status BIGINT,
    answer TEXT NOT NULL,
    failure TEXT,
    duration_us BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    PRIMARY KEY (month, id)
) PARTITION BY LIST (month);
CREATE TABLE exchange_rest PARTITION OF exchange DEFAULT;
-- end
CREATE INDEX exchange_action ON exchange (action_id);

-- The last position given. Locked by the sequencer.
CREATE TABLE sequencer (
    name TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO sequencer (name, position) VALUES ('event', 0);

-- E-mails: a queue, and for a time what became of them.
CREATE TABLE mail (
    number {serial},
    id {bytes} NOT NULL UNIQUE,
    organization_id {bytes} NOT NULL,
    kind TEXT NOT NULL,
    -- The id of what it tells of.
    about TEXT NOT NULL,
    -- Sealed JSON: recipient, subject, body.
    written {bytes} NOT NULL,
    -- With the id its Message-ID: the sender's at the first try.
    domain TEXT,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'given_up')),
    version BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    -- Machine time of the store: not to be claimed before. Holds the lease's end, or a back-off's.
    ready_at BIGINT NOT NULL,
    -- The same: not tried any more after it.
    give_up_at BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    -- Sealed text: servers repeat the recipient in it.
    error {bytes},
    created_at BIGINT NOT NULL,
    sent_at BIGINT
);
CREATE INDEX mail_queued ON mail (ready_at, number) WHERE state = 'queued';
CREATE INDEX mail_organization ON mail (organization_id, number);

-- Wordings of an organization's own, which those below it use too until they have theirs.
CREATE TABLE mail_template (
    organization_id {bytes} NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (organization_id, kind, language)
);
