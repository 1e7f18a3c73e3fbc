-- The sandbox carrier's own tables. `booking` is the ledger: rows are added, never changed or deleted.
CREATE TABLE booking (
    number         INTEGER PRIMARY KEY,
    carrier        TEXT NOT NULL,
    reference      TEXT NOT NULL,
    product        TEXT NOT NULL,
    payment_method TEXT NOT NULL,
    booked_at      INTEGER NOT NULL -- microseconds UTC
);
CREATE INDEX booking_by_reference ON booking (carrier, reference);
CREATE TRIGGER booking_is_never_changed BEFORE UPDATE ON booking
    BEGIN SELECT RAISE(ABORT, 'a booking is never changed'); END;
CREATE TRIGGER booking_is_never_deleted BEFORE DELETE ON booking
    BEGIN SELECT RAISE(ABORT, 'a booking is never deleted'); END;

-- Where each booking stands.
CREATE TABLE progress (
    number     INTEGER PRIMARY KEY REFERENCES booking (number),
    status     TEXT NOT NULL,
    otp_tries  INTEGER NOT NULL DEFAULT 0,
    otp_resets INTEGER NOT NULL DEFAULT 0,
    card_token TEXT UNIQUE,
    card_state TEXT,
    -- Rises over all orders with every change of one: the cursor of the feed.
    changed    INTEGER NOT NULL
);
CREATE UNIQUE INDEX progress_by_change ON progress (changed);

-- The first answer to each OTP call, given again when the same reference comes again.
CREATE TABLE otp_call (
    number    INTEGER NOT NULL REFERENCES booking (number),
    kind      TEXT NOT NULL CHECK (kind IN ('try', 'reset')),
    reference TEXT NOT NULL,
    was_right BOOLEAN NOT NULL,
    answer    TEXT NOT NULL, -- the order as JSON
    PRIMARY KEY (number, kind, reference)
) WITHOUT ROWID;

-- References of customers called DOWN, and how many calls were answered 503 so far.
CREATE TABLE outage (
    carrier   TEXT NOT NULL,
    reference TEXT NOT NULL,
    calls     INTEGER NOT NULL,
    PRIMARY KEY (carrier, reference)
) WITHOUT ROWID;

CREATE TABLE session (
    token       TEXT PRIMARY KEY,
    carrier     TEXT NOT NULL,
    valid_until INTEGER NOT NULL -- microseconds UTC
) WITHOUT ROWID;
CREATE INDEX session_by_end ON session (valid_until);
