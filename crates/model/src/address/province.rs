//! The 107 Italian provinces by their vehicle code (ISTAT's list as it stood until 2025, with South
//! Sardinia as one province). Nothing else about them.

/// Code and name, upper case, sorted by code. `Forlì-Cesena` is written with an apostrophe, as in
/// forms that know no accents.
#[rustfmt::skip]
static PROVINCES: &[(&str, &str)] = &[
    ("AG", "AGRIGENTO"), ("AL", "ALESSANDRIA"), ("AN", "ANCONA"), ("AO", "AOSTA"),
    ("AP", "ASCOLI PICENO"), ("AQ", "L'AQUILA"), ("AR", "AREZZO"), ("AT", "ASTI"),
    ("AV", "AVELLINO"), ("BA", "BARI"), ("BG", "BERGAMO"), ("BI", "BIELLA"), ("BL", "BELLUNO"),
    ("BN", "BENEVENTO"), ("BO", "BOLOGNA"), ("BR", "BRINDISI"), ("BS", "BRESCIA"),
    ("BT", "BARLETTA-ANDRIA-TRANI"), ("BZ", "BOLZANO"), ("CA", "CAGLIARI"), ("CB", "CAMPOBASSO"),
    ("CE", "CASERTA"), ("CH", "CHIETI"), ("CL", "CALTANISSETTA"), ("CN", "CUNEO"), ("CO", "COMO"),
    ("CR", "CREMONA"), ("CS", "COSENZA"), ("CT", "CATANIA"), ("CZ", "CATANZARO"), ("EN", "ENNA"),
    ("FC", "FORLI'-CESENA"), ("FE", "FERRARA"), ("FG", "FOGGIA"), ("FI", "FIRENZE"),
    ("FM", "FERMO"), ("FR", "FROSINONE"), ("GE", "GENOVA"), ("GO", "GORIZIA"), ("GR", "GROSSETO"),
    ("IM", "IMPERIA"), ("IS", "ISERNIA"), ("KR", "CROTONE"), ("LC", "LECCO"), ("LE", "LECCE"),
    ("LI", "LIVORNO"), ("LO", "LODI"), ("LT", "LATINA"), ("LU", "LUCCA"),
    ("MB", "MONZA E DELLA BRIANZA"), ("MC", "MACERATA"), ("ME", "MESSINA"), ("MI", "MILANO"),
    ("MN", "MANTOVA"), ("MO", "MODENA"), ("MS", "MASSA-CARRARA"), ("MT", "MATERA"),
    ("NA", "NAPOLI"), ("NO", "NOVARA"), ("NU", "NUORO"), ("OR", "ORISTANO"), ("PA", "PALERMO"),
    ("PC", "PIACENZA"), ("PD", "PADOVA"), ("PE", "PESCARA"), ("PG", "PERUGIA"), ("PI", "PISA"),
    ("PN", "PORDENONE"), ("PO", "PRATO"), ("PR", "PARMA"), ("PT", "PISTOIA"),
    ("PU", "PESARO E URBINO"), ("PV", "PAVIA"), ("PZ", "POTENZA"), ("RA", "RAVENNA"),
    ("RC", "REGGIO CALABRIA"), ("RE", "REGGIO EMILIA"), ("RG", "RAGUSA"), ("RI", "RIETI"),
    ("RM", "ROMA"), ("RN", "RIMINI"), ("RO", "ROVIGO"), ("SA", "SALERNO"), ("SI", "SIENA"),
    ("SO", "SONDRIO"), ("SP", "LA SPEZIA"), ("SR", "SIRACUSA"), ("SS", "SASSARI"),
    ("SU", "SUD SARDEGNA"), ("SV", "SAVONA"), ("TA", "TARANTO"), ("TE", "TERAMO"), ("TN", "TRENTO"),
    ("TO", "TORINO"), ("TP", "TRAPANI"), ("TR", "TERNI"), ("TS", "TRIESTE"), ("TV", "TREVISO"),
    ("UD", "UDINE"), ("VA", "VARESE"), ("VB", "VERBANO-CUSIO-OSSOLA"), ("VC", "VERCELLI"),
    ("VE", "VENEZIA"), ("VI", "VICENZA"), ("VR", "VERONA"), ("VT", "VITERBO"),
    ("VV", "VIBO VALENTIA"),
];

/// Older codes and other usual names of provinces in the table.
static OTHER_NAMES: &[(&str, &str)] = &[
    ("AOSTE", "AO"),
    ("BOZEN", "BZ"),
    ("FO", "FC"),
    ("FORLI-CESENA", "FC"),
    ("MONZA E BRIANZA", "MB"),
    ("MONZA-BRIANZA", "MB"),
    ("MONZA BRIANZA", "MB"),
    ("PS", "PU"),
    ("REGGIO DI CALABRIA", "RC"),
    ("REGGIO NELL'EMILIA", "RE"),
    ("ROMA CAPITALE", "RM"),
    ("VALLE D'AOSTA", "AO"),
    ("VERBANIA", "VB"),
];

/// For each its number from 1 on, its code, and its names and older codes.
pub(super) fn all() -> impl Iterator<Item = (u8, &'static str, impl Iterator<Item = &'static str>)> {
    (1..).zip(PROVINCES).map(|(number, (code, name))| {
        let others = OTHER_NAMES.iter().filter(move |(_, of)| of == code).map(|(other, _)| *other);
        (number, *code, std::iter::once(*name).chain(others))
    })
}

/// The name of the province with this code, in either case.
pub(crate) fn name_of(code: &str) -> Option<&'static str> {
    find(code).map(|(_, name)| name)
}

/// Code and name of a province given by either; upper-case letters without marks, or a code in
/// either case.
pub(crate) fn of(text: &str) -> Option<(&'static str, &'static str)> {
    let other = || OTHER_NAMES.iter().find(|(name, _)| *name == text).and_then(|(_, code)| find(code));
    find(text).or_else(|| PROVINCES.iter().copied().find(|(_, name)| *name == text)).or_else(other)
}

fn find(code: &str) -> Option<(&'static str, &'static str)> {
    let [first, second] = code.as_bytes() else { return None };
    let code = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    let at = PROVINCES.binary_search_by(|(other, _)| other.as_bytes().cmp(&code[..])).ok()?;
    PROVINCES.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_province_is_found_by_its_code_and_by_its_name() {
        assert_eq!(PROVINCES.len(), 107);
        assert!(PROVINCES.is_sorted_by(|left, right| left.0 < right.0));
        for province in PROVINCES {
            assert_eq!(of(province.0), Some(*province));
            assert_eq!(of(province.1), Some(*province));
        }
        for (name, code) in OTHER_NAMES {
            assert_eq!(of(name).map(|province| province.0), Some(*code));
        }
    }

    #[test]
    fn what_is_no_province_is_not_found() {
        for text in ["", "C", "ZZ", "CTA", "è", "Catania!"] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
