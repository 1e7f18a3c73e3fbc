//! Features as GeoJSON (RFC 7946) has them.

use super::super::fill::Gone;
use super::collection::{Broken, Pieces};
use super::feature::{Take, Taking, Values};
use crate::Error;
use atlas::coverage::ring::Part;
use geo::Coord;
use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::io::BufRead;

/// Endings of files that have one feature a line.
const OF_LINES: &[&str] = &["geojsonl", "geojsons", "geojsonseq", "ndgeojson", "ndjson", "jsonl"];
/// Collections in collections.
const DEEPEST: usize = 8;

pub fn read(source: impl BufRead, name: &str, taking: &mut Taking<impl Take>) -> Result<(), Error> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let in_lines = name.rsplit_once('.').is_some_and(|(_, ending)| OF_LINES.contains(&ending));
    let (mut pieces, mut text) = (Pieces::new(source, in_lines), Vec::new());
    while let Some((at, piece)) = pieces.next(&mut text).map_err(broken)? {
        let taken = match piece.and_then(|()| parsed(&text)) {
            Ok(object) => {
                let mut values = Values::default();
                for (name, value) in object.properties.iter().flatten() {
                    taking.property(&mut values, name, &shown(value));
                }
                values.own_id(&shown(&object.id.unwrap_or_default()));
                taking.feature(at, values, object.geometry)
            }
            Err(why) => taking.bad(at, why),
        };
        if let Err(Gone) = taken {
            break;
        }
    }
    Ok(())
}

fn broken(broken: Broken) -> Error {
    match broken {
        Broken::Unreadable(error) => super::unreadable(error),
        Broken::Malformed(line, why) => Error::invalid("file", format!("is not GeoJSON: line {line}: {why}")),
    }
}

/// Nothing for null.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A feature, or a geometry without one.
struct Object {
    id: Option<Value>,
    properties: Option<serde_json::Map<String, Value>>,
    geometry: Result<Vec<Part>, String>,
}

/// Any object of GeoJSON.
#[derive(serde::Deserialize)]
struct Raw {
    #[serde(rename = "type")]
    kind: Option<String>,
    id: Option<Value>,
    properties: Option<serde_json::Map<String, Value>>,
    geometry: Option<Box<Raw>>,
    coordinates: Option<Node>,
    geometries: Option<Vec<Raw>>,
}

fn parsed(text: &[u8]) -> Result<Object, String> {
    let raw: Raw = serde_json::from_slice(text).map_err(|error| format!("is not GeoJSON: {error}"))?;
    let Raw { kind, id, properties, geometry, coordinates, geometries } = raw;
    match kind.as_deref() {
        Some("Feature") => {
            let mut parts = Vec::new();
            let drawn = match geometry {
                Some(geometry) => geometry.polygons(&mut parts, 0),
                None => Err("has no geometry".into()),
            };
            Ok(Object { id, properties, geometry: drawn.map(|()| parts) })
        }
        Some("FeatureCollection") => Err("is a collection where a feature is expected".into()),
        Some(_) => {
            let bare = Raw { kind, id: None, properties: None, geometry: None, coordinates, geometries };
            let mut parts = Vec::new();
            let drawn = bare.polygons(&mut parts, 0).map(|()| parts);
            Ok(Object { id, properties, geometry: drawn })
        }
        None => Err("is not GeoJSON: it has no type".into()),
    }
}

impl Raw {
    /// Adds the polygons of a geometry.
    fn polygons(self, parts: &mut Vec<Part>, depth: usize) -> Result<(), String> {
        let kind = self.kind.unwrap_or_default();
        let coordinates = self.coordinates.unwrap_or(Node::Nothing);
        match kind.as_str() {
            "Polygon" => parts.extend(polygon(coordinates)?),
            "MultiPolygon" => {
                for node in list(coordinates)? {
                    parts.extend(polygon(node)?);
                }
            }
            "GeometryCollection" if depth < DEEPEST => {
                for geometry in self.geometries.unwrap_or_default() {
                    geometry.polygons(parts, depth + 1)?;
                }
            }
            "" => return Err("the geometry has no type".into()),
            // It may be as long as the file.
            other => return Err(format!("a {} is no area", other.chars().take(40).collect::<String>())),
        }
        Ok(())
    }
}

/// None: there are no rings.
fn polygon(node: Node) -> Result<Option<Part>, String> {
    let mut rings = list(node)?.into_iter().map(|ring| match ring {
        Node::Line(line) => Ok(line),
        Node::Nothing => Ok(Vec::new()),
        _ => Err(wrong()),
    });
    let Some(shell) = rings.next().transpose()? else { return Ok(None) };
    Ok(Some(Part { shell, holes: rings.collect::<Result<_, _>>()? }))
}

fn list(node: Node) -> Result<Vec<Node>, String> {
    match node {
        Node::Many(nodes) => Ok(nodes),
        Node::Nothing => Ok(Vec::new()),
        _ => Err(wrong()),
    }
}

fn wrong() -> String {
    "the coordinates are not those of such a geometry".into()
}

/// Coordinates, of whatever depth: the type may come after them.
#[derive(Debug)]
enum Node {
    Nothing,
    Number(f64),
    Point(Coord<f64>),
    Line(Vec<Coord<f64>>),
    Many(Vec<Node>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Coordinates)
    }
}

struct Coordinates;

impl<'de> Visitor<'de> for Coordinates {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("coordinates")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mixed = || de::Error::custom("coordinates of different kinds in one list");
        match list.next_element::<Node>()? {
            None => Ok(Node::Nothing),
            Some(Node::Number(x)) => {
                let Some(Node::Number(y)) = list.next_element()? else { return Err(mixed()) };
                // An altitude, and whatever else.
                while let Some(more) = list.next_element::<Node>()? {
                    if !matches!(more, Node::Number(_)) {
                        return Err(mixed());
                    }
                }
                Ok(Node::Point(Coord { x, y }))
            }
            Some(Node::Point(first)) => {
                let mut line = vec![first];
                while let Some(next) = list.next_element()? {
                    let Node::Point(next) = next else { return Err(mixed()) };
                    line.push(next);
                }
                Ok(Node::Line(line))
            }
            Some(first) => {
                let mut nodes = vec![first];
                while let Some(next) = list.next_element()? {
                    if matches!(next, Node::Number(_) | Node::Point(_)) {
                        return Err(mixed());
                    }
                    nodes.push(next);
                }
                Ok(Node::Many(nodes))
            }
        }
    }
}
