//! The peers: boxes first, then `geo::Contains` on what remains.

use crate::Result;
use geo::{BoundingRect, Contains, MultiPolygon, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use rusqlite::Connection;

pub struct Boxes {
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Boxes {
    pub fn of(areas: &[MultiPolygon<f64>]) -> Self {
        let boxes = areas.iter().enumerate().filter_map(|(at, area)| {
            let all = area.bounding_rect()?;
            let corners = AABB::from_corners(all.min().into(), all.max().into());
            Some(GeomWithData::new(Rectangle::from_aabb(corners), at))
        });
        Self { tree: RTree::bulk_load(boxes.collect()) }
    }

    /// Numbers, ascending, as the index gives them.
    pub fn at(&self, areas: &[MultiPolygon<f64>], latitude: f64, longitude: f64) -> Vec<u64> {
        let point = Point::new(longitude, latitude);
        let mut found: Vec<u64> = self
            .tree
            .locate_all_at_point(&[longitude, latitude])
            .filter(|one| areas[one.data].contains(&point))
            .map(|one| one.data as u64 + 1)
            .collect();
        found.sort_unstable();
        found
    }

    pub fn count(&self, areas: &[MultiPolygon<f64>], points: &[(f64, f64)]) -> u64 {
        points.iter().map(|(latitude, longitude)| self.at(areas, *latitude, *longitude).len() as u64).sum()
    }
}

pub struct Sqlite {
    database: Connection,
}

impl Sqlite {
    pub fn of(boxes: &Boxes) -> Result<Self> {
        let mut database = Connection::open_in_memory()?;
        database.execute_batch("CREATE VIRTUAL TABLE area USING rtree(id, w, e, s, n)")?;
        let transaction = database.transaction()?;
        let mut insert = transaction.prepare("INSERT INTO area VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for one in boxes.tree.iter() {
            let (low, high) = (one.geom().lower(), one.geom().upper());
            insert.execute((one.data as i64, low[0], high[0], low[1], high[1]))?;
        }
        drop(insert);
        transaction.commit()?;
        Ok(Self { database })
    }

    pub fn count(&self, areas: &[MultiPolygon<f64>], points: &[(f64, f64)]) -> Result<u64> {
        let mut select = self
            .database
            .prepare_cached("SELECT id FROM area WHERE w <= ?1 AND e >= ?1 AND s <= ?2 AND n >= ?2")?;
        let mut count = 0;
        for (latitude, longitude) in points {
            let point = Point::new(*longitude, *latitude);
            let mut rows = select.query((longitude, latitude))?;
            while let Some(row) = rows.next()? {
                let at: i64 = row.get(0)?;
                count += u64::from(areas[at as usize].contains(&point));
            }
        }
        Ok(count)
    }
}
