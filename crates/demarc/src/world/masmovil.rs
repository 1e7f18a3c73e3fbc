//! The accesses of the Spanish network, and the brands that are sold on it.

use super::town::seeded::Seeded;
use crate::failure::Failure;
use hub::import::{At, Options, Witness};
use hub::{Hub, Principal};

const NETWORK: &str = "fibra-henares";
pub const OPERATOR: &str = "Fibra Henares";
const BRANDS: &[&str] = &["ORANGE", "MASMOVIL", "YOIGO", "PEPEPHONE"];
const FIRST: &[&str] = &["Lucía", "Hugo", "Martina", "Mateo", "Carmen", "Pablo", "Inés", "Álvaro"];
const LAST: &[&str] = &["García", "Molina", "Serrano", "Ibáñez", "Crespo", "Vidal", "Rubio", "Peña"];
/// So many homes have an access.
const ACCESSES: usize = 600;

/// Nobody has to be told of rows.
struct Silent;

impl Witness for Silent {
    fn refused(&mut self, _: At, _: &str) {}
}

/// Inserts what is not there yet.
pub async fn insert(hub: &Hub, root: &Principal) -> Result<(), Failure> {
    for brand in BRANDS {
        hub.give_brand(root, NETWORK, brand, OPERATOR).await?;
    }
    let options = Options { carrier: NETWORK.to_owned(), replace: true, ..Options::default() };
    let summary = hub
        .import_accesses(Box::new(std::io::Cursor::new(file().into_bytes())), &options, &mut Silent)
        .await?;
    match summary.committed {
        true => Ok(()),
        false => Err(Failure::other("the demo's accesses are not right")),
    }
}

/// As `demarc import accesses` takes them. One home in nine is vacant.
fn file() -> String {
    const HEAD: &str = "external_reference,iua,gescal37,phone,brand,premise_reference,technology,address_id,document_number,\
                        client_name,territory_owner,bandwidth,customer_type,tv,status,ont,installed_at\n";
    let town = super::town::all().into_iter().find(|town| town.carrier == NETWORK);
    let homes = town.into_iter().flat_map(|town| town.premises).filter(|home| home.technology.is_some());
    let mut text = HEAD.to_owned();
    for (at, home) in homes.take(ACCESSES).enumerate() {
        let mut chance = Seeded::of(&home.reference);
        let iua = format!("V{:05}AHB{:03}", 33_904 + at, 200 + at % 800);
        let brand = BRANDS[at % BRANDS.len()];
        let address = format!("J{:037}", 28_000_000 + at);
        let vacant = at % 9 == 8;
        let (phone, document, client, status) = match vacant {
            true => (String::new(), String::new(), String::new(), "VACANT"),
            false => {
                let client =
                    format!("{} {}", FIRST[chance.below(8) as usize], LAST[chance.below(8) as usize]);
                (format!("9{:08}", 49_390_000 + at), format!("{:08}A", 50_000_000 + at), client, "ACTIVE")
            }
        };
        let speed = ["300", "600", "1000"][at % 3];
        text.push_str(&format!(
            "{iua},{iua},{gescal},{phone},{brand},{gescal},FTTH,{address},{document},{client},FIBMM02,{speed},RESIDENTIAL,,{status},\
             HWTC{at:08X},2025-03-{day:02}\n",
            gescal = home.reference,
            day = 1 + at % 28,
        ));
    }
    text
}
