//! The peer that is a database: PostGIS, over a local connection. It is asked for one point at a time, with a prepared
//! statement, or joins all points with all areas at once.

use crate::{Result, World, clock};
use geo::{CoordsIter, LineString, MultiPolygon};
use postgres::{Client, NoTls};
use std::io::Write;

pub struct PostGis {
    client: Client,
}

type Points<'a> = &'a [(f64, f64)];

impl PostGis {
    /// With all areas loaded; None where the server has no PostGIS.
    pub fn of(world: &World, areas: &[MultiPolygon<f64>]) -> Result<Option<Self>> {
        let mut client = Client::connect(&world.postgres, NoTls)?;
        let there = client.query("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'", &[])?;
        if there.is_empty() {
            eprintln!("   the server has no PostGIS: no figure for it");
            return Ok(None);
        }
        // Everybody has one thread; shapes are kept as they are, for what is packed is unpacked for every point.
        client.batch_execute(
            "CREATE EXTENSION IF NOT EXISTS postgis; DROP TABLE IF EXISTS area;
            CREATE TABLE area (number BIGINT, shape GEOMETRY);
            ALTER TABLE area ALTER shape SET STORAGE EXTERNAL;
            SET max_parallel_workers_per_gather = 0; SET jit = off; SET maintenance_work_mem = '1GB';
            CREATE TEMP TABLE point (at GEOMETRY)",
        )?;
        let mut copy = client.copy_in("COPY area FROM STDIN BINARY")?;
        let mut rows = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
        for (number, area) in (1_i64..).zip(areas) {
            let shape = wkb(area);
            rows.extend([0, 2, 0, 0, 0, 8]);
            rows.extend(number.to_be_bytes());
            rows.extend(u32::try_from(shape.len())?.to_be_bytes());
            rows.extend(shape);
            if rows.len() > 1 << 20 {
                copy.write_all(&rows)?;
                rows.clear();
            }
        }
        rows.extend((-1_i16).to_be_bytes());
        copy.write_all(&rows)?;
        copy.finish()?;
        client.batch_execute("CREATE INDEX area_shape ON area USING gist (shape)")?;
        client.batch_execute("VACUUM ANALYZE area")?;
        client.batch_execute("CHECKPOINT")?;
        Ok(Some(Self { client }))
    }

    /// How many areas hold the points, one asked for after the other.
    pub fn one_by_one(&mut self, points: Points<'_>) -> Result<u64> {
        let select = self.client.prepare(
            "SELECT number FROM area WHERE ST_Intersects(shape, ST_SetSRID(ST_MakePoint($1, $2), 4326))",
        )?;
        let mut count = 0;
        for (latitude, longitude) in points {
            count += self.client.query(&select, &[longitude, latitude])?.len() as u64;
        }
        Ok(count)
    }

    /// How many areas hold the points, and the seconds that the join takes; the points are there before.
    pub fn joined(&mut self, points: Points<'_>) -> Result<(u64, f64)> {
        self.client.batch_execute("TRUNCATE point")?;
        let mut copy = self.client.copy_in("COPY point FROM STDIN")?;
        for (latitude, longitude) in points {
            writeln!(copy, "SRID=4326;POINT({longitude} {latitude})")?;
        }
        copy.finish()?;
        self.client.batch_execute("ANALYZE point")?;
        let began = clock::now();
        let row = self.client.query_one(
            "SELECT count(*), CAST(sum(number) AS TEXT) FROM point JOIN area ON ST_Intersects(area.shape, point.at)",
            &[],
        )?;
        Ok((u64::try_from(row.get::<_, i64>(0))?, (clock::now() - began).as_secs_f64()))
    }
}

impl Drop for PostGis {
    fn drop(&mut self) {
        let _ = self.client.batch_execute("DROP TABLE IF EXISTS area");
    }
}

/// Well-known binary with the reference system.
fn wkb(area: &MultiPolygon<f64>) -> Vec<u8> {
    const LITTLE: u8 = 1;
    const WITH_SRID: u32 = 0x2000_0000;
    let mut bytes = Vec::with_capacity(16 * area.coords_count() + 64);
    let head = |bytes: &mut Vec<u8>, kind: u32| {
        bytes.push(LITTLE);
        bytes.extend(kind.to_le_bytes());
    };
    let count = |bytes: &mut Vec<u8>, count: usize| bytes.extend((count as u32).to_le_bytes());
    head(&mut bytes, 6 | WITH_SRID);
    bytes.extend(4_326_u32.to_le_bytes());
    count(&mut bytes, area.0.len());
    for polygon in area {
        head(&mut bytes, 3);
        count(&mut bytes, 1 + polygon.interiors().len());
        let rings: Vec<&LineString<f64>> =
            std::iter::once(polygon.exterior()).chain(polygon.interiors()).collect();
        for ring in rings {
            count(&mut bytes, ring.0.len());
            ring.0.iter().for_each(|c| bytes.extend([c.x.to_le_bytes(), c.y.to_le_bytes()].concat()));
        }
    }
    bytes
}
