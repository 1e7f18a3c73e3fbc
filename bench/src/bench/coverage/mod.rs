//! What areas hold a point, beside peers that are libraries too: an R-tree of boxes (rstar), SQLite's R*Tree, both
//! with the exact test of `geo`. All of it on one thread, in this process, on the same points. PostGIS is beside them
//! for what people have now.

mod layer;
mod peer;
mod postgis;

use crate::clock::{self, Random};
use crate::figure::{Figure, Measured, grouped};
use crate::{Result, World};
use atlas::coverage::{Builder, Index};
use layer::Layer;
use peer::{Boxes, Sqlite};
use postgis::PostGis;

const POINTS: usize = 1_000_000;
const SOME: usize = 100_000;
/// Points that PostGIS joins at once.
const JOINED: usize = 50_000;
/// Who needs more gets fewer, but the first of the same points.
const SECONDS: f64 = 0.5;
/// PostGIS unpacks a huge area for every point in its box: no figure with few areas.
const FEW: usize = 100;

pub fn run(world: &World) -> Result<Measured> {
    let mut measured = Measured::default();
    for layer in layer::all(world)? {
        let run = Run { world, layer: &layer, count: world.size(POINTS, SOME) };
        // The client of PostgreSQL has a runtime of its own, which may not be inside of another one.
        std::thread::scope(|scope| {
            let all = scope.spawn(|| run.measure(&mut measured));
            all.join().unwrap_or_else(|_| Err("a thread died".into()))
        })?;
    }
    Ok(measured)
}

struct Run<'a> {
    world: &'a World,
    layer: &'a Layer,
    count: usize,
}

type Points = Vec<(f64, f64)>;

impl Run<'_> {
    fn measure(&self, measured: &mut Measured) -> Result<()> {
        let (name, count) = (self.layer.name, grouped(self.layer.areas.len() as f64));
        let what = |what: &str| format!("{name} ({count}): {what}");
        let file = self.world.work.join("areas.atlas");
        let before = resident()?;
        let began = clock::now();
        let mut builder = Builder::new();
        for (number, area) in (1..).zip(&self.layer.areas) {
            builder.add(number, area)?;
        }
        builder.write(&file, 1)?;
        let took = (clock::now() - began).as_secs_f64();
        let index = Index::open(&file)?;
        let boxes = Boxes::of(&self.layer.areas);
        measured.figures.push(Figure::new("coverage", what("build"), "file", took, "s"));
        let size = std::fs::metadata(&file)?.len() as f64 / 1e6;
        measured.figures.push(Figure::new("coverage", what("size"), "file", size, "MB"));
        let sqlite = Sqlite::of(&boxes)?;
        let areas = &self.layer.areas;
        let mut postgis = if areas.len() > FEW { PostGis::of(self.world, areas)? } else { None };
        let random = |stream| Random::new(self.world.seed, stream);
        let uniform = self.layer.uniform(self.count, &mut random(1));
        let border = self.layer.near_borders(self.count, &mut random(2));
        for (kind, points) in [("anywhere in the box", &uniform), ("near borders", &border)] {
            let what = |how: &str| what(&format!("{kind}, {how}"));
            let single = self.rate(points, |points| one_by_one(&index, points));
            let bulk = self.rate(points, |points| at_once(&index, points));
            let rstar = self.rate(points, |points| boxes.count(&self.layer.areas, points));
            let sqlite = self.rate(points, |points| sqlite.count(&self.layer.areas, points).unwrap_or(0));
            let figure = |how, value| Figure::new("coverage", what(how), "file", value, "/s");
            measured.figures.push(figure("one by one", single).beside("rstar + geo", rstar));
            measured.figures.push(figure("one by one", single).beside("SQLite R*Tree + geo", sqlite));
            if let Some(postgis) = &mut postgis {
                let some = &points[..1_000];
                same(postgis.one_by_one(some)?, boxes.count(areas, some))?;
                let asked = self.rate(points, |points| postgis.one_by_one(points).unwrap_or(0));
                measured.figures.push(figure("one by one", single).beside("PostGIS", asked));
            }
            measured.figures.push(figure("sorted", bulk).beside("rstar + geo", rstar));
            if let Some(postgis) = &mut postgis {
                let some = &points[..self.world.size(JOINED, JOINED / 10)];
                let (count, seconds) = postgis.joined(some)?;
                same(count, boxes.count(areas, some))?;
                let joined = some.len() as f64 / seconds;
                measured.figures.push(figure("sorted", bulk).beside("PostGIS, a join", joined));
            }
        }
        let resident = resident()? - before;
        measured.figures.push(Figure::new("coverage", what("resident in the end"), "file", resident, "MB"));
        let (mut differ, mut wrong) = (0, 0);
        for points in [&uniform, &border] {
            let more = self.differences(&index, &boxes, points);
            (differ, wrong) = (differ + more.0, wrong + more.1);
        }
        let what = what(&format!("answers other than `geo`'s, of {}", grouped(2.0 * self.count as f64)));
        measured.figures.push(Figure::new("coverage", what, "file", differ as f64, ""));
        if wrong > 0 {
            measured
                .wrong
                .push(format!("{name}: {wrong} answers are not as `geo` has them, far from any border"));
        }
        Ok(())
    }

    /// Points a second, the best of three: of all of them, or of as many as there is time for.
    fn rate(&self, points: &[(f64, f64)], mut pass: impl FnMut(&[(f64, f64)]) -> u64) -> f64 {
        // Not counted: it brings the file into memory.
        std::hint::black_box(pass(&points[..points.len() / 100]));
        let mut size = 1_000;
        let mut timed = |some: &[(f64, f64)]| {
            let began = clock::now();
            std::hint::black_box(pass(some));
            (clock::now() - began).as_secs_f64()
        };
        loop {
            let some = &points[..size.min(points.len())];
            let took = timed(some);
            if some.len() == points.len() || took > SECONDS {
                return some.len() as f64 / took.min(timed(some)).min(timed(some));
            }
            size *= 8;
        }
    }

    /// How many answers differ, and how many of them by points that are not at a border.
    fn differences(&self, index: &Index, boxes: &Boxes, points: &Points) -> (usize, usize) {
        let mut found = Vec::new();
        let (mut differ, mut wrong) = (0, 0);
        for (latitude, longitude) in points {
            index.at(*latitude, *longitude, &mut found);
            let expected = boxes.at(&self.layer.areas, *latitude, *longitude);
            if found != expected {
                differ += 1;
                let odd = found.iter().filter(|one| !expected.contains(one));
                let odd = odd.chain(expected.iter().filter(|one| !found.contains(one)));
                let is_far = odd.copied().any(|number| {
                    !layer::is_at_border(&self.layer.areas[number as usize - 1], *latitude, *longitude)
                });
                if is_far {
                    wrong += 1;
                    eprintln!("   {latitude} {longitude}: {found:?}, but by geo {expected:?}");
                }
            }
        }
        (differ, wrong)
    }
}

fn one_by_one(index: &Index, points: &[(f64, f64)]) -> u64 {
    let mut found = Vec::new();
    let mut sum = 0_u64;
    for (latitude, longitude) in points {
        index.at(*latitude, *longitude, &mut found);
        sum = found.iter().fold(sum, |sum, number| sum.wrapping_add(*number));
    }
    sum
}

fn at_once(index: &Index, points: &[(f64, f64)]) -> u64 {
    let mut sum = 0_u64;
    index.at_all(points, |_, found| sum = found.iter().fold(sum, |sum, number| sum.wrapping_add(*number)));
    sum
}

/// PostGIS does the same work: but for points at borders it finds as many areas as `geo` does.
fn same(found: u64, expected: u64) -> Result<()> {
    if found.abs_diff(expected) > expected / 1_000 + 2 {
        return Err(format!("PostGIS finds {found} areas, `geo` {expected}").into());
    }
    Ok(())
}

/// Of mapped files in this process, in MB.
fn resident() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssFile:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).ok_or("no RssFile in /proc")?;
    Ok(kilobytes.parse::<f64>()? / 1e3)
}
