//! Addresses looked up while somebody types: roads first, then addresses.

use super::spot::Among;
use crate::{Error, Hub, Principal};
use atlas::address::{Agreement, Kind, Match, Question};
use model::id::PremiseId;
use model::premise::{Position, Premise};
use model::role::Capability;
use std::collections::HashSet;

/// Listings that are looked at for one question: a house may have many homes, each listed by several carriers.
const MOST: usize = 400;

/// The highest floor that is taken for one.
const HIGHEST: u8 = 30;

/// What is looked up.
#[derive(Debug, Clone)]
pub struct Asked {
    pub text: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub limit: usize,
    /// A floor or a door that is not known does not matter where the house is.
    pub flexible: bool,
}

/// What is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// None: a road.
    pub premise: Option<PremiseId>,
    pub road: Option<String>,
    pub number: Option<String>,
    pub floor: Option<String>,
    pub door: Option<String>,
    pub postcode: Option<String>,
    pub city: Option<String>,
    pub position: Option<Position>,
}

impl Hub {
    /// Roads for a text that names no house, else addresses, best first.
    pub async fn look_up_addresses(&self, principal: &Principal, asked: Asked) -> Result<Vec<Hit>, Error> {
        principal.require_within_customer(Capability::Read)?;
        let networks = self.all_networks().await?;
        let among = self.among(principal, &networks, &asked.country).await?;
        let (found, narrow) = among.look_up(&asked);
        let wanted: Vec<i64> = found.iter().map(|(premise, _)| *premise).collect();
        let read = self.store().read(move |tx| store::premise::by_numbers(tx, &wanted)).await?;
        let mut hits: Vec<Hit> = Vec::new();
        let mut seen = HashSet::new();
        for (number, what) in found {
            let Some(premise) = read.iter().find(|premise| premise.number == number) else { continue };
            let hit = hit(premise, what);
            // One address may be listed by several carriers.
            let name = (hit.road.clone(), hit.number.clone(), hit.floor.clone(), hit.door.clone());
            if seen.insert((name, hit.postcode.clone(), hit.city.clone())) {
                hits.push(hit);
            }
        }
        if let Some(number) = house_number(&asked.text) {
            hits.retain(|hit| hit.number.as_deref().is_none_or(|own| plain(own) == number));
        }
        let begun: Vec<Hit> = hits.iter().filter(|hit| begins(hit, &asked.text)).cloned().collect();
        match (begun.is_empty(), narrow) {
            (false, _) => hits = begun,
            (true, true) if asked.flexible => hits.truncate(1),
            (true, true) => hits.clear(),
            // What stands there may be no floor at all.
            (true, false) => {}
        }
        if asked.flexible {
            echo(&mut hits, &asked.text);
        }
        hits.truncate(asked.limit);
        Ok(hits)
    }
}

/// What a premise stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Road,
    /// A house whose homes are not told apart yet.
    House,
    Home,
}

fn hit(premise: &Premise, what: What) -> Hit {
    let address = &premise.address;
    // One home does not stand for all of its house.
    let shared = what == What::House && (address.floor.is_some() || address.door.is_some());
    let is_home = what != What::Road && !shared;
    let home = |part: &Option<String>| part.clone().filter(|_| is_home);
    Hit {
        premise: is_home.then_some(premise.id),
        road: address.street.clone().or_else(|| address.full_text.clone()),
        number: address.number.clone().filter(|_| what != What::Road),
        floor: home(&address.floor),
        door: home(&address.door),
        postcode: address.postcode.clone(),
        city: address.city.clone(),
        position: premise.position.filter(|_| what != What::Road),
    }
}

/// The house number before the first comma: what comes after it is a floor or a place.
fn house_number(text: &str) -> Option<String> {
    let (road, _) = text.split_once(',')?;
    let words: Vec<&str> = road.split_whitespace().collect();
    let at = words.iter().rposition(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    // A letter may stand apart: `20 A`.
    let letter = words.get(at + 1).filter(|word| word.chars().count() == 1);
    Some(plain(&format!("{}{}", words[at], letter.copied().unwrap_or_default())))
}

/// As house numbers are compared.
fn plain(number: &str) -> String {
    number.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Whether the floor and the door that are typed are the beginning of a home's.
fn begins(hit: &Hit, text: &str) -> bool {
    let Some((floor, door)) = floor_and_door(text, true) else { return false };
    let own = |part: &Option<String>| part.as_deref().unwrap_or_default().to_lowercase();
    own(&hit.floor) == floor && door.is_none_or(|door| own(&hit.door).starts_with(&door))
}

impl Among {
    /// Premises by their numbers, and what each stands for; whether only those are meant that go on as the text does.
    fn look_up(&self, asked: &Asked) -> (Vec<(i64, What)>, bool) {
        let numbers: Vec<i64> = self.carriers.iter().map(|(number, _)| *number).collect();
        let question = Question {
            text: &asked.text,
            country: &asked.country,
            carriers: Some(&numbers),
            limit: MOST,
            ..Question::default()
        };
        let addresses = self.places.addresses();
        let begun = addresses.complete(&question);
        if begun.first().is_none_or(|first| first.kind == Kind::Street) {
            return (begun.into_iter().map(|road| (road.premise, What::Road)).collect(), false);
        }
        let found = addresses.search(&question);
        let best = found.first().map_or(0.0, |best| best.score);
        // What is much worse than the best is another road.
        let near: Vec<&Match> = found.iter().filter(|found| best - found.score < 0.5 * best).collect();
        let same_house = |found: &&&Match| found.parts.number == Agreement::Agrees && is_road_of(found);
        let house: Vec<&&Match> = near.iter().filter(same_house).collect();
        let all = |homes: &[&&Match]| homes.iter().map(|found| (found.premise, What::Home)).collect();
        let fits = |found: &&&Match| matches!(found.parts.unit, Agreement::Agrees | Agreement::Unsaid);
        let homes: Vec<&&Match> = house.iter().copied().filter(fits).collect();
        let says_floor = floor_and_door(&asked.text, true).is_some();
        if !homes.is_empty() && !says_floor {
            return (all(&homes), false);
        }
        // A floor or a door may still be typed, or there is no such one.
        if !house.is_empty() {
            return (all(&house), true);
        }
        // The number is still being typed.
        let begun = begun.into_iter().filter(|begun| begun.kind != Kind::Street);
        (begun.map(|begun| (begun.premise, What::House)).collect(), false)
    }
}

fn is_road_of(found: &Match) -> bool {
    matches!(found.parts.street, Agreement::Agrees | Agreement::Close)
}

/// The floor and the door that were asked for, where one house is all that was found.
fn echo(hits: &mut [Hit], text: &str) {
    let [hit] = hits else { return };
    let Some((floor, door)) = floor_and_door(text, false) else { return };
    if hit.floor.as_deref().is_none_or(|own| !own.eq_ignore_ascii_case(&floor)) || hit.door != door {
        // A home that is not known has no id of its own, and another one's would send somebody to the wrong door.
        (hit.premise, hit.floor, hit.door) = (None, Some(floor), door);
    }
}

/// `3. th.` after the house number. `begun`: the door may be the beginning of one.
fn floor_and_door(text: &str, begun: bool) -> Option<(String, Option<String>)> {
    let part = text.split(',').nth(1)?;
    let mut words = part.split([' ', '.']).map(str::trim).filter(|word| !word.is_empty());
    let floor = words.next()?.to_lowercase();
    // Larger numbers are the beginning of a postcode.
    let is_floor = matches!(floor.as_str(), "st" | "kl" | "k2" | "k3")
        || floor.parse::<u8>().is_ok_and(|floor| floor <= HIGHEST);
    let door = words.next().map(str::to_lowercase);
    let is_door = |door: &String| {
        matches!(door.as_str(), "tv" | "mf" | "th")
            || (begun && matches!(door.as_str(), "t" | "m"))
            || (door.len() <= 4 && door.bytes().all(|digit| digit.is_ascii_digit()))
    };
    let fits = is_floor && door.as_ref().is_none_or(is_door) && words.next().is_none();
    fits.then_some((floor, door))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_number_stands_before_the_first_comma() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(house_number("Vallensbækvej 20A, 1. th"), some("20a"));
        assert_eq!(house_number("Vallensbækvej 20 a, 1. th"), some("20a"));
        assert_eq!(house_number("H.C. Andersens Boulevard 2, 1553 København"), some("2"));
        assert_eq!(house_number("Vallensbækvej 20A"), None, "it may still be typed");
        assert_eq!(house_number("Vallensbækvej, 2605"), None);
    }

    #[test]
    fn a_floor_and_a_door_are_read_as_they_are_written_in_denmark() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(floor_and_door("Vej 20A, 3. th.", false), Some(("3".into(), some("th"))));
        assert_eq!(floor_and_door("Vej 20A, ST TV, 2605 Brøndby", false), Some(("st".into(), some("tv"))));
        assert_eq!(floor_and_door("Vej 20A, 1., Brøndby", false), Some(("1".into(), None)));
        assert_eq!(floor_and_door("Vej 20A, 3. t", true), Some(("3".into(), some("t"))));
        assert_eq!(floor_and_door("Vej 20A, 3. t", false), None);
        for none in ["Vej 20A", "Vej 20A, 2605 Brøndby", "Vej 20A, Brøndby", ""] {
            assert_eq!(floor_and_door(none, false), None, "{none}");
        }
    }
}
