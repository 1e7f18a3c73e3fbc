//! Where the two engines are spelled differently: claiming due work and mails, the store's machine time,
//! loading in bulk, placing events. All of it stands here.

use crate::action::Which;
use crate::sql::Arg;
use crate::{Error, Tx, args};
use ::postgres::types::Type;

/// What is wanted beside what is due: `driver` as an index has it, and no attempt that counts.
macro_rules! house {
    () => {
        " AND driver = 'house'"
    };
}
macro_rules! overdue {
    () => {
        " AND driver = 'connector' AND step = 0 AND NOT restored
            AND created_at <= CASE operation WHEN 'coverage' THEN CAST($5 AS BIGINT) ELSE CAST($6 AS BIGINT) END
            AND NOT EXISTS (SELECT 1 FROM attempt AS t WHERE t.action_id = action.id
                AND (t.sends > 0 OR t.state IN ('armed', 'unknown', 'reconciling', 'human')))"
    };
}

/// Premises that can be seen, of a list of numbers.
macro_rules! premises {
    () => {
        "SELECT p.number, p.id, p.carrier_id, p.external_reference, p.match_key, p.address, p.technology, p.latitude, p.longitude, p.free_ports,
            i.created_at AS listed_at
        FROM premise AS p JOIN import AS i ON i.number = p.import_number JOIN carrier AS c ON c.id = p.carrier_id
        WHERE i.state = 'committed' AND p.import_number >= c.premises_floor
            AND (p.import_number = c.premises_import OR NOT EXISTS (SELECT 1 FROM premise AS n JOIN import AS ni ON ni.number = n.import_number
                WHERE n.carrier_id = p.carrier_id AND n.external_reference = p.external_reference
                    AND n.import_number > p.import_number AND ni.state = 'committed'))
            AND p.number IN "
    };
}

/// Writing back an action; `machine!` is the engine's own.
macro_rules! settle {
    () => {
        concat!(
            "UPDATE action SET driver = $2, state = $3, version = $4, due_at = $5,
            ready_at = CASE WHEN CAST($6 AS BIGINT) = 0 THEN 0 ELSE ",
            machine!(),
            " + CAST($6 AS BIGINT) END, step = $7, retries = $8, restored = $9, progress = $10, result = $11, error = $12,
            updated_at = COALESCE($13, updated_at) WHERE number = $1"
        )
    };
}

pub mod sqlite {
    use crate::statements;

    /// Microseconds of the store's machine time, inside a statement.
    macro_rules! machine {
        () => {
            "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
        };
    }

    /// carrier, business now, lease in microseconds, limit
    macro_rules! claim {
        ($($which:tt)*) => {
            concat!(
                "UPDATE action SET ready_at = ",
                machine!(),
                " + $3, fence = fence + 1
            WHERE number IN (SELECT number FROM action WHERE carrier_id = $1 AND due_at <= $2 AND ready_at <= ",
                machine!(),
                $($which)*,
                " ORDER BY due_at LIMIT $4)
            RETURNING *"
            )
        };
    }

    statements! {
        /// The sixth is the pause in microseconds.
        SETTLE = settle!();
        MACHINE_TIME = concat!("SELECT ", machine!(), " AS now");
        CLAIM = claim!("");
        CLAIM_HOUSE = claim!(house!());
        CLAIM_OVERDUE = claim!(overdue!());
        /// domain, lease in microseconds, limit
        CLAIM_MAIL = concat!(
            "UPDATE mail SET ready_at = ",
            machine!(),
            " + $2, fence = fence + 1, domain = COALESCE(domain, $1)
            WHERE number IN (SELECT number FROM mail WHERE state = 'queued' AND ready_at <= ",
            machine!(),
            " ORDER BY ready_at, number LIMIT $3)
            RETURNING *"
        );
        /// Numbers given out after a backup was taken are not given out again.
        LEAP = "UPDATE sqlite_sequence SET seq = seq + $1
            WHERE name IN ('action', 'order', 'service', 'service_change', 'work_order', 'customer', 'qualification', 'task', 'event')";
        /// A table that never had a row stands in no sequence yet.
        BEGIN_SEQUENCES = "INSERT INTO sqlite_sequence (name, seq) SELECT column1, 0
            FROM (VALUES ('action'), ('order'), ('service'), ('service_change'), ('work_order'), ('customer'), ('qualification'), ('task'), ('event'))
            WHERE column1 NOT IN (SELECT name FROM sqlite_sequence)";
        /// Positions and numbers rise with time: looking at the lowest is enough.
        OLD_EVENTS = "DELETE FROM event WHERE occurred_at < $1 AND position IN (SELECT position FROM event ORDER BY position LIMIT $2)";
        OLD_EXCHANGES = "DELETE FROM exchange WHERE started_at < $1 AND number IN (SELECT number FROM exchange ORDER BY number LIMIT $2)";
        /// JSON list of numbers
        PREMISES = concat!(premises!(), "(SELECT value FROM json_each($1))");
        LOAD_PREMISE = "INSERT INTO premise (id, carrier_id, import_number, external_reference, match_key, address, technology, latitude, longitude,
                free_ports)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        LOAD_AREA = "INSERT INTO area (id, carrier_id, import_number, external_reference, name, status, ready_on, products, free_ports, geometry)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        LOAD_ACCESS = "INSERT INTO access (id, carrier_id, import_number, external_reference, iua, gescal37, phone, phone_digest, brand,
                premise_reference, technology, address_id, details)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    }
}

pub mod postgres {
    use crate::statements;

    macro_rules! machine {
        () => {
            "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
        };
    }

    /// Materialized, so that the limit holds whatever plan is chosen.
    macro_rules! claim {
        ($($which:tt)*) => {
            concat!(
                "WITH ripe AS MATERIALIZED (
                SELECT number FROM action WHERE carrier_id = $1 AND due_at <= $2 AND ready_at <= ",
                machine!(),
                $($which)*,
                " ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED)
            UPDATE action SET ready_at = ",
                machine!(),
                " + $3, fence = fence + 1
            FROM ripe WHERE action.number = ripe.number RETURNING action.*"
            )
        };
    }

    statements! {
        /// The sixth is the pause in microseconds.
        SETTLE = settle!();
        MACHINE_TIME = concat!("SELECT ", machine!(), " AS now");
        CLAIM = claim!("");
        CLAIM_HOUSE = claim!(house!());
        CLAIM_OVERDUE = claim!(overdue!());
        /// domain, lease in microseconds, limit
        CLAIM_MAIL = concat!(
            "WITH ripe AS MATERIALIZED (
                SELECT number FROM mail WHERE state = 'queued' AND ready_at <= ",
            machine!(),
            " ORDER BY ready_at, number LIMIT $3 FOR UPDATE SKIP LOCKED)
            UPDATE mail SET ready_at = ",
            machine!(),
            " + $2, fence = fence + 1, domain = COALESCE(domain, $1)
            FROM ripe WHERE mail.number = ripe.number RETURNING mail.*"
        );
        /// Numbers given out after a backup was taken are not given out again.
        LEAP = "SELECT setval(pg_get_serial_sequence(t, 'number'), nextval(pg_get_serial_sequence(t, 'number')) + $1) AS next
            FROM unnest(ARRAY['action', '\"order\"', 'service', 'service_change', 'work_order', 'customer', 'qualification', 'task']) AS t";
        LEAP_EVENTS = "UPDATE sequencer SET position = position + $1 WHERE name = 'event'";
        /// JSON list of numbers
        PREMISES = concat!(premises!(), "(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(CAST($1 AS TEXT) AS JSON)))");
        /// What lies outside of all partitions. month, limit
        STRAY_EVENTS = "DELETE FROM event_rest WHERE (month, id) IN (SELECT month, id FROM event_rest WHERE month < $1 LIMIT $2)";
        STRAY_EXCHANGES = "DELETE FROM exchange_rest WHERE (month, id) IN (SELECT month, id FROM exchange_rest WHERE month < $1 LIMIT $2)";
        /// last position, limit
        PLACE_EVENTS = "UPDATE event SET position = $1 + placed.rank FROM (
                SELECT month, id, row_number() OVER (ORDER BY sequence, occurred_at, id) AS rank
                FROM (SELECT month, id, sequence, occurred_at FROM event WHERE position IS NULL ORDER BY sequence LIMIT $2) AS waiting
            ) AS placed
            WHERE event.month = placed.month AND event.id = placed.id";
    }
}

/// The rows of the claim, in the engine's spelling.
pub fn claim(engine: crate::Engine, which: Which) -> crate::sql::Sql {
    match (engine, which) {
        (crate::Engine::Sqlite, Which::Any) => sqlite::CLAIM,
        (crate::Engine::Sqlite, Which::House) => sqlite::CLAIM_HOUSE,
        (crate::Engine::Sqlite, Which::Overdue { .. }) => sqlite::CLAIM_OVERDUE,
        (crate::Engine::Postgres, Which::Any) => postgres::CLAIM,
        (crate::Engine::Postgres, Which::House) => postgres::CLAIM_HOUSE,
        (crate::Engine::Postgres, Which::Overdue { .. }) => postgres::CLAIM_OVERDUE,
    }
}

/// The claim of mails, in the engine's spelling.
pub fn claim_mail(engine: crate::Engine) -> crate::sql::Sql {
    match engine {
        crate::Engine::Sqlite => sqlite::CLAIM_MAIL,
        crate::Engine::Postgres => postgres::CLAIM_MAIL,
    }
}

/// The statement that writes an action back, in the engine's spelling.
pub fn settle(engine: crate::Engine) -> crate::sql::Sql {
    match engine {
        crate::Engine::Sqlite => sqlite::SETTLE,
        crate::Engine::Postgres => postgres::SETTLE,
    }
}

/// The statement that reads premises by a JSON list of numbers, in the engine's spelling.
pub fn premises(engine: crate::Engine) -> crate::sql::Sql {
    match engine {
        crate::Engine::Sqlite => sqlite::PREMISES,
        crate::Engine::Postgres => postgres::PREMISES,
    }
}

/// The store's machine time, in the engine's spelling.
pub fn machine_time(engine: crate::Engine) -> crate::sql::Sql {
    match engine {
        crate::Engine::Sqlite => sqlite::MACHINE_TIME,
        crate::Engine::Postgres => postgres::MACHINE_TIME,
    }
}

/// How rows of a table come in: row by row into SQLite, by binary COPY into PostgreSQL.
pub struct Loading<const N: usize> {
    insert: crate::sql::Sql,
    copy: &'static str,
    types: [Type; N],
}

pub const PREMISES: Loading<10> = Loading {
    insert: sqlite::LOAD_PREMISE,
    copy: "COPY premise (id, carrier_id, import_number, external_reference, match_key, address, technology, latitude, longitude,
            free_ports)
        FROM STDIN BINARY",
    types: [
        Type::BYTEA,
        Type::BYTEA,
        Type::INT8,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::FLOAT8,
        Type::FLOAT8,
        Type::INT8,
    ],
};

pub const AREAS: Loading<10> = Loading {
    insert: sqlite::LOAD_AREA,
    copy: "COPY area (id, carrier_id, import_number, external_reference, name, status, ready_on, products, free_ports, geometry)
        FROM STDIN BINARY",
    types: [
        Type::BYTEA,
        Type::BYTEA,
        Type::INT8,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::INT8,
        Type::BYTEA,
    ],
};

pub const ACCESSES: Loading<13> = Loading {
    insert: sqlite::LOAD_ACCESS,
    copy: "COPY access (id, carrier_id, import_number, external_reference, iua, gescal37, phone, phone_digest, brand,
            premise_reference, technology, address_id, details)
        FROM STDIN BINARY",
    types: [
        Type::BYTEA,
        Type::BYTEA,
        Type::INT8,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::BYTEA,
        Type::BYTEA,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::BYTEA,
    ],
};

impl<const N: usize> Loading<N> {
    pub fn load(&self, tx: &mut Tx<'_>, rows: &[[Arg<'_>; N]]) -> Result<(), Error> {
        if let Some(copied) = tx.postgres(|client| self.copy(client, rows)) {
            return copied;
        }
        rows.iter().try_for_each(|row| tx.run(self.insert, row).map(|_| ()))
    }

    fn copy(&self, client: &mut ::postgres::Client, rows: &[[Arg<'_>; N]]) -> Result<(), ::postgres::Error> {
        let mut writer =
            ::postgres::binary_copy::BinaryCopyInWriter::new(client.copy_in(self.copy)?, &self.types);
        rows.iter().try_for_each(|row| writer.write_raw(row.iter()))?;
        writer.finish().map(|_| ())
    }
}

/// Lets every number that callers see, and events' positions, go on well above where they stand.
pub fn leap(tx: &mut Tx<'_>, by: i64) -> Result<(), Error> {
    match tx.engine() {
        crate::Engine::Sqlite => {
            tx.run(sqlite::BEGIN_SEQUENCES, &[])?;
            tx.run(sqlite::LEAP, args![by]).map(|_| ())
        }
        crate::Engine::Postgres => {
            tx.all(postgres::LEAP, args![by], |row| row.get::<i64>("next"))?;
            tx.run(postgres::LEAP_EVENTS, args![by]).map(|_| ())
        }
    }
}
