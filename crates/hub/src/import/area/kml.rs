//! Features as KML (OGC 2.3) has them: placemarks with polygons. Whatever else is in the file is left alone.

use super::super::At;
use super::super::fill::Gone;
use super::feature::{Take, Taking, Values};
use super::guard::Guard;
use super::{DEEPEST, MOST_VERTICES};
use crate::Error;
use atlas::coverage::ring::Part;
use geo::Coord;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion, escape};
use std::io::BufRead;

/// Of a name or a value so much is kept; the fields' own limit is below.
const LONGEST_VALUE: usize = 64 << 10;
/// Attributes of an element that are looked at.
const MOST_ATTRIBUTES: usize = 32;

pub fn read(source: impl BufRead, taking: &mut Taking<impl Take>) -> Result<(), Error> {
    let mut reader = Reader::from_reader(Guard::new(source));
    reader.config_mut().expand_empty_elements = true;
    let (mut buffer, mut state) = (Vec::new(), State::default());
    loop {
        buffer.clear();
        reader.get_mut().renew();
        let malformed = |why: String| Error::invalid("file", format!("is not KML: {why}"));
        let event = reader.read_event_into(&mut buffer);
        let event = event.map_err(|e| malformed(format!("{e}, after {} bytes", reader.error_position())))?;
        let taken = match event {
            Event::Start(tag) => {
                if state.path.len() >= DEEPEST {
                    return Err(malformed("too many elements in each other".into()));
                }
                state.begin(&tag, taking);
                Ok(())
            }
            Event::End(_) => state.end(taking),
            Event::Text(text) => {
                state.text(&text.xml10_content());
                Ok(())
            }
            Event::CData(text) => {
                state.text(&text.xml10_content());
                Ok(())
            }
            Event::GeneralRef(reference) => {
                match reference.resolve_char_ref() {
                    Ok(Some(character)) => state.text(character.encode_utf8(&mut [0; 4])),
                    // One that is not predefined is left out.
                    _ => state.text(escape::resolve_predefined_entity(&reference).unwrap_or_default()),
                }
                Ok(())
            }
            Event::Eof if state.path.is_empty() && state.is_kml => return Ok(()),
            Event::Eof if state.is_kml => return Err(malformed("the file ends in its middle".into())),
            Event::Eof => return Err(malformed("there is no element `kml`".into())),
            _ => Ok(()),
        };
        if let Err(Gone) = taken {
            return Ok(());
        }
    }
}

/// An element, as far as it matters.
#[derive(Debug, Clone, PartialEq)]
enum Element {
    Placemark,
    Name,
    /// With its name.
    Data(String),
    Value,
    Polygon,
    Outer,
    Inner,
    Coordinates,
    Other,
}

#[derive(Default)]
struct State {
    is_kml: bool,
    /// From the file's root to where we are.
    path: Vec<Element>,
    placemarks: u64,
    values: Values,
    parts: Vec<Part>,
    wrong: Option<String>,
    vertices: usize,
    text: String,
}

impl State {
    fn begin(&mut self, tag: &BytesStart<'_>, taking: &mut Taking<impl Take>) {
        let within = |element: &Element| self.path.contains(element);
        let in_placemark = within(&Element::Placemark);
        let element = match tag.local_name().as_ref() {
            "Placemark" if !in_placemark => {
                self.placemarks += 1;
                (self.values, self.parts, self.wrong, self.vertices) = Default::default();
                self.values.own_id(&attribute(tag, "id"));
                Element::Placemark
            }
            "name" if self.path.last() == Some(&Element::Placemark) => Element::Name,
            "Data" | "SimpleData" if in_placemark => {
                let name = attribute(tag, "name");
                // It is there, whatever it says.
                taking.property(&mut self.values, &name, "");
                Element::Data(name)
            }
            "value" if matches!(self.path.last(), Some(Element::Data(_))) => Element::Value,
            "Polygon" if in_placemark => {
                self.parts.push(Part::default());
                Element::Polygon
            }
            "outerBoundaryIs" if within(&Element::Polygon) => Element::Outer,
            "innerBoundaryIs" if within(&Element::Polygon) => Element::Inner,
            "coordinates" if within(&Element::Polygon) => Element::Coordinates,
            name => {
                self.is_kml |= self.path.is_empty() && name == "kml";
                Element::Other
            }
        };
        self.text.clear();
        self.path.push(element);
    }

    fn text(&mut self, text: &str) {
        let most = match self.path.last() {
            Some(Element::Name | Element::Data(_) | Element::Value) => LONGEST_VALUE,
            Some(Element::Coordinates) => super::LONGEST_FEATURE,
            _ => return,
        };
        if self.text.len() + text.len() <= most {
            self.text.push_str(text);
        } else {
            self.wrong.get_or_insert_with(|| "a value is too long".into());
        }
    }

    fn end(&mut self, taking: &mut Taking<impl Take>) -> Result<(), Gone> {
        let Some(element) = self.path.pop() else { return Ok(()) };
        match element {
            Element::Name => taking.property(&mut self.values, "name", &self.text),
            Element::Data(name) => {
                // Of `Data` the value was in an element of its own, and nothing is left.
                taking.property(&mut self.values, &name, &self.text);
                self.text.clear();
            }
            Element::Value => {
                if let Some(Element::Data(name)) = self.path.last() {
                    taking.property(&mut self.values, name, &self.text);
                }
                self.text.clear();
            }
            Element::Coordinates => self.ring(),
            Element::Placemark => {
                let parts = match self.wrong.take() {
                    Some(why) => Err(why),
                    None => Ok(std::mem::take(&mut self.parts)),
                };
                let values = std::mem::take(&mut self.values);
                return taking.feature(At::Placemark(self.placemarks), values, parts);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes the coordinates of a boundary.
    fn ring(&mut self) {
        let ring = match coordinates(&self.text) {
            Ok(ring) => ring,
            Err(why) => {
                self.wrong.get_or_insert(why);
                return;
            }
        };
        self.vertices += ring.len();
        if self.vertices > MOST_VERTICES {
            let why = || format!("the area has more than {MOST_VERTICES} points: cut it into several");
            self.wrong.get_or_insert_with(why);
            return;
        }
        let boundary = self.path.iter().rev().find(|e| matches!(e, Element::Outer | Element::Inner));
        let Some(part) = self.parts.last_mut() else { return };
        match boundary {
            Some(Element::Inner) => part.holes.push(ring),
            Some(_) if part.shell.is_empty() => part.shell = ring,
            Some(_) => drop(self.wrong.get_or_insert_with(|| "a polygon has two outer boundaries".into())),
            None => drop(self.wrong.get_or_insert_with(|| "coordinates belong to no boundary".into())),
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let mut attributes = tag.attributes();
    // Its checks would compare each attribute with all others.
    let mut found = attributes.with_checks(false).take(MOST_ATTRIBUTES).flatten();
    let found = found.find(|attribute| attribute.key.local_name().as_ref() == name);
    let value = found.map(|attribute| match attribute.normalized_value(XmlVersion::Implicit1_0) {
        Ok(value) => value.into_owned(),
        Err(_) => attribute.value.into_owned(),
    });
    value.filter(|value| value.len() <= LONGEST_VALUE).unwrap_or_default()
}

/// `longitude,latitude` or `longitude,latitude,altitude`, between blanks; some write blanks around the commas.
fn coordinates(text: &str) -> Result<Vec<Coord<f64>>, String> {
    let (mut ring, mut tuple, mut is_glued) = (Vec::new(), Vec::with_capacity(3), true);
    let finish = |tuple: &mut Vec<f64>, ring: &mut Vec<Coord<f64>>| {
        let taken = match tuple[..] {
            [] => Ok(()),
            [x, y] | [x, y, _] => {
                ring.push(Coord { x, y });
                Ok(())
            }
            _ => Err("a coordinate is not longitude,latitude".to_owned()),
        };
        tuple.clear();
        taken
    };
    for word in text.split_whitespace() {
        if !is_glued && !word.starts_with(',') {
            finish(&mut tuple, &mut ring)?;
        }
        for number in word.split(',').filter(|number| !number.is_empty()) {
            let shown = || number.chars().take(40).collect::<String>();
            let number =
                number.parse().map_err(|_| format!("the coordinate `{}` is not a number", shown()))?;
            // More than three are wrong, however many.
            if tuple.len() < 4 {
                tuple.push(number);
            }
        }
        is_glued = word.ends_with(',');
    }
    finish(&mut tuple, &mut ring)?;
    Ok(ring)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_read_with_or_without_altitude_and_blanks() {
        let two = vec![Coord { x: 1.0, y: -2.0 }, Coord { x: 3.5, y: 4.0 }];
        for text in ["1,-2 3.5,4", "\n1,-2,0\t3.5,4,17.2 ", "1, -2, 0 3.5 ,4", "1 , -2 3.5,4,"] {
            assert_eq!(coordinates(text).unwrap(), two, "{text}");
        }
        assert_eq!(coordinates(" ").unwrap(), []);
        for wrong in ["1", "1,2,3,4", "1;2", "east,north", "1,2 3"] {
            assert!(coordinates(wrong).is_err(), "{wrong}");
        }
    }
}
