//! What a customer's equipment signs in with: made to the network's patterns, its names unlike all others'.

use super::Network;
use model::id::ServiceId;
use model::service::Credentials;
use store::Tx;

/// As often is another name drawn when one is taken.
const TRIES: usize = 50;

/// Makes the credentials of a new service.
pub(super) fn make(
    tx: &mut Tx<'_>,
    network: &Network,
    service: ServiceId,
) -> Result<Credentials, store::Error> {
    let patterns = &network.settings.credentials;
    let id = service.to_string();
    let mut name = |pattern: &carriers::own::Pattern, kind: &str| {
        for _ in 0..TRIES {
            let name = pattern.fill(&id, below)?;
            if store::service::take_name(tx, &format!("{kind} {name}"), service)? {
                return Ok(name);
            }
        }
        Err(store::Error::Internal(format!("the pattern of {kind} has no name left")))
    };
    Ok(Credentials {
        pppoe_username: name(&patterns.pppoe_username, "pppoe")?,
        wifi_username: name(&patterns.wifi_username, "wifi")?,
        pppoe_password: patterns.pppoe_password.fill(&id, below)?,
        wifi_password: patterns.wifi_password.fill(&id, below)?,
        router: network.settings.config_info.clone(),
    })
}

/// Those of a service that takes another one's place: how the customer's equipment is called at home stays.
pub(super) fn succeeding(
    tx: &mut Tx<'_>,
    network: &Network,
    service: ServiceId,
    former: Option<&Credentials>,
) -> Result<Credentials, store::Error> {
    let made = make(tx, network, service)?;
    let Some(former) = former else { return Ok(made) };
    store::service::release_name(tx, &format!("wifi {}", made.wifi_username), service)?;
    let (wifi_username, wifi_password) = (former.wifi_username.clone(), former.wifi_password.clone());
    Ok(Credentials { wifi_username, wifi_password, router: former.router.clone(), ..made })
}

/// A number below another one, all equally often.
fn below(most: usize) -> Result<usize, store::Error> {
    let most = u32::try_from(most).unwrap_or(u32::MAX).max(1);
    loop {
        let drawn = u32::from_le_bytes(store::random()?);
        // The numbers above the last whole multiple would make some of them more frequent.
        if drawn < u32::MAX - u32::MAX % most {
            return Ok((drawn % most) as usize);
        }
    }
}
