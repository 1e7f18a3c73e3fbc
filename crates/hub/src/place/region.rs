//! Towns of one name in several states or provinces, where listings were found by a key, which says nothing of them.

use model::address::{Address, region_of, regions_differ};

/// Keeps the listings that may be in the region that is asked for. False where it is not clear which is meant.
pub(crate) fn keep_region<T>(
    listings: &mut Vec<T>,
    address: impl Fn(&T) -> &Address,
    asked: &Address,
    country: &str,
) -> bool {
    let wanted = region_of(asked, country);
    let of = |listing: &T| region_of(address(listing), country);
    listings.retain(|listing| !regions_differ(wanted, of(listing)));
    let known: Vec<u8> = listings.iter().map(of).filter(|region| *region != 0).collect();
    known.windows(2).all(|pair| !regions_differ(pair[0], pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_towns_with_one_name_that_of_the_region_is_kept_or_none() {
        let address = |province: &str| Address {
            street: Some("Oak Street".into()),
            city: Some("Springfield".into()),
            province: Some(province.into()),
            ..Address::default()
        };
        let kept = |listed: &[&str], asked: &str| {
            let mut listings: Vec<Address> = listed.iter().map(|province| address(province)).collect();
            let clear = keep_region(&mut listings, |listing| listing, &address(asked), "US");
            clear.then_some(listings)
        };
        assert_eq!(kept(&["IL", "MO"], "Missouri"), Some(vec![address("MO")]));
        assert_eq!(kept(&["IL", ""], "IL"), Some(vec![address("IL"), address("")]));
        assert_eq!(kept(&["IL"], "OH"), Some(vec![]));
        assert_eq!(kept(&["IL", "MO"], ""), None);
        assert_eq!(kept(&["IL", "", "MO"], ""), None);
    }
}
