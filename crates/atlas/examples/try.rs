#![allow(clippy::all, clippy::unwrap_used, clippy::disallowed_methods)]
use atlas::address::*;
use model::address::Address;
use model::premise::Position;
use std::time::Instant;
fn rng(s: &mut u64) -> u64 {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    *s
}
struct R {
    id: String,
    num: String,
    street: String,
    pc: String,
    city: String,
    lat: f64,
    lon: f64,
}
fn edit(w: &str, s: &mut u64) -> String {
    let mut c: Vec<char> = w.chars().collect();
    let p = 1 + (rng(s) as usize) % (c.len() - 1);
    match rng(s) % 4 {
        0 => {
            c.remove(p);
        }
        1 => c.insert(p, (b'a' + (rng(s) % 26) as u8) as char),
        2 => c[p] = (b'a' + (rng(s) % 26) as u8) as char,
        _ => c.swap(p - 1, p),
    }
    c.into_iter().collect()
}
fn typo(text: &str, n: usize, s: &mut u64) -> String {
    let mut w: Vec<String> = text.split(' ').map(|x| x.to_owned()).collect();
    for _ in 0..n {
        let long: Vec<usize> = (0..w.len())
            .filter(|i| w[*i].chars().count() >= 4 && !w[*i].chars().any(|c| c.is_ascii_digit()))
            .collect();
        if long.is_empty() {
            break;
        }
        let i = long[rng(s) as usize % long.len()];
        w[i] = edit(&w[i], s);
    }
    w.join(" ")
}
fn main() {
    let times: usize = std::env::args().nth(1).map_or(1, |t| t.parse().unwrap());
    let file = std::fs::File::open("/work/shared/data/fr_bano_addresses.csv.gz").unwrap();
    let mut rows = Vec::new();
    for r in csv::Reader::from_reader(flate2::read::MultiGzDecoder::new(file)).records() {
        let r = r.unwrap();
        rows.push(R {
            id: r[0].into(),
            num: r[1].into(),
            street: r[2].into(),
            pc: r[3].into(),
            city: r[4].into(),
            lat: r[6].parse().unwrap(),
            lon: r[7].parse().unwrap(),
        });
    }
    let t = Instant::now();
    let mut b = Builder::new();
    for k in 0..times {
        for (n, r) in rows.iter().enumerate() {
            let (city, pc) = if k == 0 {
                (r.city.clone(), r.pc.clone())
            } else {
                (
                    format!(
                        "{}{}",
                        r.city,
                        [
                            "ac", "el", "or", "un", "is", "ov", "al", "ec", "im", "on", "us", "ar", "et",
                            "ix", "ob", "yn"
                        ][k - 1]
                    ),
                    format!("{:05}", (r.pc.parse::<u32>().unwrap() + 1237 * k as u32) % 100000),
                )
            };
            let a = Address {
                street: Some(r.street.clone()),
                number: Some(r.num.clone()),
                city: Some(city),
                postcode: Some(pc),
                ..Default::default()
            };
            b.add(&Listing {
                premise: (k * rows.len() + n) as i64,
                carrier: 1,
                address: &a,
                country: "FR",
                position: Position::new(r.lat, r.lon),
                keys: &[&r.id],
            });
        }
    }
    let added = t.elapsed();
    let total = b.len();
    b.write(std::path::Path::new("/tmp/try.atlas"), 1).unwrap();
    println!(
        "build {total} add {added:?} all {:?} {:.0}/s",
        t.elapsed(),
        total as f64 / t.elapsed().as_secs_f64()
    );
    let len = std::fs::metadata("/tmp/try.atlas").unwrap().len();
    println!("file {} MB, {:.1} B/premise (keys 12)", len >> 20, len as f64 / total as f64);
    let index = Index::open(std::path::Path::new("/tmp/try.atlas")).unwrap();
    println!("streets {} words {}", index.streets(), index.words());
    if let Some(q) = std::env::args().nth(3) {
        let t = Instant::now();
        let hits = index.search(&Ask { text: &q, country: "", limit: 10, offset: 0, keep: &|_, _| true });
        println!("{:?}", t.elapsed());
        for h in hits {
            let p = index.premise(h.row) as usize;
            let r = &rows[p % rows.len()];
            println!(
                "     {:.2} {:.2} {}: {} {} {} {} {:?}",
                h.score,
                h.confidence,
                p / rows.len(),
                r.num,
                r.street,
                r.pc,
                r.city,
                h.parts
            );
        }
        return;
    }
    let mut s = 88172645463325252u64;
    let pick: Vec<usize> = (0..4000).map(|_| rng(&mut s) as usize % rows.len()).collect();
    let sets: Vec<(&str, Vec<(usize, String)>)> = vec![
        (
            "exact",
            pick.iter()
                .map(|i| {
                    let r = &rows[*i];
                    (*i, format!("{} {} {} {}", r.num, r.street, r.pc, r.city))
                })
                .collect(),
        ),
        (
            "typo1",
            pick.iter()
                .map(|i| {
                    let r = &rows[*i];
                    (*i, typo(&format!("{} {} {} {}", r.num, r.street, r.pc, r.city), 1, &mut s))
                })
                .collect(),
        ),
        (
            "typo2 nopc",
            pick.iter()
                .map(|i| {
                    let r = &rows[*i];
                    (*i, typo(&format!("{} {} {}", r.num, r.street, r.city), 2, &mut s))
                })
                .collect(),
        ),
        (
            "nocity",
            pick.iter()
                .map(|i| {
                    let r = &rows[*i];
                    (*i, format!("{} {} {}", r.num, r.street, r.pc))
                })
                .collect(),
        ),
        (
            "noplace",
            pick.iter()
                .map(|i| {
                    let r = &rows[*i];
                    (*i, format!("{} {}", r.num, r.street))
                })
                .collect(),
        ),
    ];
    {
        let mut lat = Vec::new();
        let (mut first, mut five, mut shown) = (0, 0, 0);
        for i in &pick {
            let r = &rows[*i];
            let full = format!("{} {} {}", r.num, r.street, r.city);
            let c: Vec<char> = full.chars().collect();
            let min = r.num.len() + 1 + r.street.chars().count() * 2 / 3;
            let cut = min + rng(&mut s) as usize % (c.len() - min);
            let q: String = c[..cut].iter().collect();
            let t = Instant::now();
            let got = index.complete(&Ask { text: &q, country: "", limit: 5, offset: 0, keep: &|_, _| true });
            lat.push(t.elapsed());
            let ok = |p: i64| {
                let b = &rows[p as usize % rows.len()];
                b.street.to_lowercase() == r.street.to_lowercase()
                    && (p as usize) < rows.len()
                    && b.city == r.city
            };
            let at = got.iter().position(|g| ok(index.premise(g.row)));
            if at == Some(0) {
                first += 1
            }
            if at.is_some() {
                five += 1
            } else if shown < 8 {
                shown += 1;
                println!("  {q:?} wanted {full}");
                for g in got {
                    let r = &rows[index.premise(g.row) as usize % rows.len()];
                    println!("     {:?} {} {} {}", g.kind, r.num, r.street, r.city);
                }
            }
        }
        lat.sort();
        println!(
            "complete: {:.0}/s p50 {:?} p99 {:?} right first {:.1} in five {:.1}",
            lat.len() as f64 / lat.iter().sum::<std::time::Duration>().as_secs_f64(),
            lat[lat.len() / 2],
            lat[lat.len() * 99 / 100],
            first as f64 * 100.0 / 4000.0,
            five as f64 * 100.0 / 4000.0
        );
    }
    for (name, set) in &sets {
        let mut lat = Vec::new();
        let mut right = 0;
        let mut shown = 0;
        let t = Instant::now();
        for (i, q) in set {
            let t = Instant::now();
            let hits = index.search(&Ask { text: q, country: "", limit: 10, offset: 0, keep: &|_, _| true });
            let e = t.elapsed();
            lat.push(e);
            if e.as_micros() > 1000 && std::env::args().nth(2).as_deref() == Some("slow") {
                println!("  SLOW {e:?} {q:?}");
            }
            let same = |p: i64| {
                let (a, b) = (&rows[p as usize % rows.len()], &rows[*i]);
                (p as usize) < rows.len() && a.num == b.num && a.street == b.street && a.city == b.city
                    || (p as usize) < rows.len()
                        && *name == "noplace"
                        && a.num == b.num
                        && a.street == b.street
            };
            if hits.first().is_some_and(|h| same(index.premise(h.row))) {
                right += 1
            } else if shown < 6 && std::env::args().nth(2).is_some() {
                shown += 1;
                let r = &rows[*i];
                println!("  {q:?} wanted {} {} {} {}", r.num, r.street, r.pc, r.city);
                for h in hits.iter().take(3) {
                    let p = index.premise(h.row) as usize;
                    let r = &rows[p % rows.len()];
                    println!(
                        "     {:.2} {:.2} {}: {} {} {} {} {:?}",
                        h.score,
                        h.confidence,
                        p / rows.len(),
                        r.num,
                        r.street,
                        r.pc,
                        r.city,
                        h.parts
                    );
                }
            }
        }
        let all = t.elapsed();
        lat.sort();
        println!(
            "{name}: {:.0}/s p50 {:?} p99 {:?} max {:?} right {:.1}%",
            set.len() as f64 / all.as_secs_f64(),
            lat[lat.len() / 2],
            lat[lat.len() * 99 / 100],
            lat[lat.len() - 1],
            right as f64 * 100.0 / set.len() as f64
        );
    }
}
