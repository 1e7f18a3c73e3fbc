//! Products as they are quoted: on three levels. A network has its own, a reseller makes its own of them, and a customer
//! may have a price of its own.

use super::Given;
use super::owner::looked_at;
use crate::own::Network;
use crate::own::product::{Offer as Made, Shelf};
use crate::own::rule::Standing;
use crate::{Error, Hub, Page, Principal, Window, catalogue};
use atlas::address::fingerprint;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::id::{CarrierId, CustomerId, OrganizationId, ProductId};
use model::product::{Kind, Level, Prices, Product, folded};
use model::role::{Capability, Role};
use store::Tx;
use store::customer_product::Agreed;

/// How a caller names a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Id(ProductId),
    /// By what stands for its id in 64 bits.
    Print(u64),
}

/// What stands for a product's id in 64 bits.
pub fn print(id: ProductId) -> u64 {
    fingerprint(&id.to_string())
}

impl Named {
    fn is(self, id: ProductId) -> bool {
        match self {
            Named::Id(own) => own == id,
            Named::Print(own) => print(id) == own,
        }
    }
}

/// A product of a network as somebody may have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub id: ProductId,
    pub carrier: CarrierId,
    pub product: Product,
}

/// What became of looking for a product.
pub enum Found {
    Is(Box<Choice>),
    /// There is none that the caller can see.
    Unknown,
    /// This customer cannot have it.
    Unfit,
}

/// For whom a product is looked for.
pub struct For<'a> {
    pub principal: &'a Principal,
    /// All that there are.
    pub networks: &'a [Network],
    pub organization: OrganizationId,
    pub customer: Option<CustomerId>,
}

impl For<'_> {
    /// `fits`: whether a product is of the kind that is wanted.
    pub fn find(
        &self,
        tx: &mut Tx<'_>,
        named: &Given<Named>,
        fits: impl Fn(&Product) -> bool,
    ) -> Result<Found, store::Error> {
        let Given::Is(named) = named else { return Ok(Found::Unknown) };
        let usable = store::carrier::usable(tx, self.organization)?;
        let mut elsewhere = false;
        for network in self.networks {
            let own = usable.contains(&network.carrier.name);
            if !own && !self.principal.runs(network.carrier.organization) {
                continue;
            }
            let products = catalogue::everything(tx, network.carrier.id)?;
            let shelf = Shelf::read(tx, network, self.organization)?;
            let found = products.iter().find_map(|product| choice(&shelf, product, *named, network));
            match found {
                Some(choice) if own => return self.judge(tx, network, choice, fits),
                Some(_) => elsewhere = true,
                None => elsewhere |= self.is_callers(tx, network, &products, *named)?,
            }
        }
        Ok(if elsewhere { Found::Unfit } else { Found::Unknown })
    }

    /// Whether it is a product that the caller has, for somebody else's customer.
    fn is_callers(
        &self,
        tx: &mut Tx<'_>,
        network: &Network,
        products: &[Product],
        named: Named,
    ) -> Result<bool, store::Error> {
        if self.principal.organization == self.organization {
            return Ok(false);
        }
        let shelf = Shelf::read(tx, network, self.principal.organization)?;
        Ok(products.iter().any(|product| choice(&shelf, product, named, network).is_some()))
    }

    fn judge(
        &self,
        tx: &mut Tx<'_>,
        network: &Network,
        mut choice: Choice,
        fits: impl Fn(&Product) -> bool,
    ) -> Result<Found, store::Error> {
        let agreed = match self.customer {
            Some(customer) => store::customer_product::of(tx, customer, network.carrier.id)?,
            None => Vec::new(),
        };
        let agreed = of(&agreed, &choice.product);
        let barred = agreed.is_some_and(|agreed| !agreed.sold);
        if let Some(price) = agreed.and_then(|agreed| agreed.monthly) {
            choice.product.monthly.customer = Some(price);
        }
        let today = today(tx, &network.zone());
        match barred || !fits(&choice.product) || !choice.product.is_sold(today) {
            true => Ok(Found::Unfit),
            false => Ok(Found::Is(Box::new(choice))),
        }
    }
}

/// The product of a shelf, or the network's own, that is named.
fn choice(shelf: &Shelf<'_>, product: &Product, named: Named, network: &Network) -> Option<Choice> {
    let carrier = network.carrier.id;
    if let Some(id) = product.id.filter(|id| named.is(*id)) {
        return Some(Choice { id, carrier, product: product.clone() });
    }
    let made = shelf.offers(product, Standing::Live).into_iter().find(|made| named.is(made.id))?;
    // A reseller says what its customers pay; what it pays itself stays the network's word.
    let over = |own: Prices, made: Prices| Prices { customer: made.customer.or(own.customer), ..own };
    let (monthly, setup) =
        (over(product.monthly, made.product.monthly), over(product.setup, made.product.setup));
    Some(Choice { id: made.id, carrier, product: Product { monthly, setup, ..made.product } })
}

fn of<'a>(agreed: &'a [Agreed], product: &Product) -> Option<&'a Agreed> {
    agreed.iter().find(|agreed| agreed.code == folded(&product.code))
}

fn today(tx: &Tx<'_>, zone: &TimeZone) -> Date {
    let now = jiff::Timestamp::from_microsecond(tx.now().micros()).unwrap_or_default();
    now.to_zoned(zone.clone()).date()
}

/// The product that stands for a fee where nothing else is said.
pub fn fee(
    tx: &mut Tx<'_>,
    network: &Network,
    code: Option<&String>,
) -> Result<Option<ProductId>, store::Error> {
    let Some(code) = code else { return Ok(None) };
    let products = catalogue::everything(tx, network.carrier.id)?;
    Ok(products.into_iter().find(|product| product.is_called(code)).and_then(|product| product.id))
}

/// Which products are listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub kind: Option<Kind>,
    /// In the name or the code, in any case; empty: any.
    pub text: String,
    /// As this reseller has them; None: as the caller's own organization has.
    pub organization: Option<OrganizationId>,
    /// As this customer has them.
    pub customer: Option<CustomerId>,
    /// The networks' own.
    pub master: bool,
    /// Also those that are not sold now, or not to this customer.
    pub all: bool,
    /// Of networks in this country only; empty: of all.
    pub country: String,
}

/// A product with what the caller may see of its prices.
#[derive(Debug, Clone, PartialEq)]
pub struct Priced {
    pub id: ProductId,
    /// What it is made of; None: it is a network's own.
    pub parent: Option<ProductId>,
    /// Whose it is, where it is a reseller's.
    pub organization: Option<OrganizationId>,
    pub carrier: CarrierId,
    pub product: Product,
    pub monthly: Prices,
    pub setup: Prices,
}

impl Hub {
    /// The products that the caller may quote, in the order of the networks' catalogues.
    pub async fn quoted_products(
        &self,
        principal: &Principal,
        filter: Filter,
        window: Window,
    ) -> Result<Page<Priced>, Error> {
        let all = self.products_seen(principal, filter).await?;
        let total = all.len() as i64;
        let (limit, offset) = (window.limit as usize, usize::try_from(window.offset).unwrap_or(usize::MAX));
        Ok(Page { items: all.into_iter().skip(offset).take(limit).collect(), total })
    }

    /// One of them.
    pub async fn quoted_product(
        &self,
        principal: &Principal,
        named: Named,
        country: String,
    ) -> Result<Priced, Error> {
        let own = Filter { all: true, country, ..Filter::default() };
        let is = |priced: &Priced| named.is(priced.id);
        if let Some(found) = self.products_seen(principal, own.clone()).await?.into_iter().find(is) {
            return Ok(found);
        }
        let master = Filter { master: true, ..own };
        let all = match self.products_seen(principal, master).await {
            Err(Error::Forbidden) => Vec::new(),
            all => all?,
        };
        all.into_iter().find(is).ok_or(Error::NotFound("product"))
    }

    async fn products_seen(&self, principal: &Principal, filter: Filter) -> Result<Vec<Priced>, Error> {
        principal.require_within_customer(Capability::Read)?;
        if filter.master && (principal.customer.is_some() || principal.rank() < Role::Reseller) {
            return Err(Error::Forbidden);
        }
        let (principal, networks) = (principal.clone(), self.all_networks().await?);
        self.store()
            .read(move |tx| {
                let (customer, reseller) = (given(filter.customer), given(filter.organization));
                let (owner, side) = looked_at(tx, &principal, &networks, &customer, &reseller)?;
                let (organization, customer) = (owner.organization, owner.customer);
                let networks = side.of(&principal, &networks);
                let usable = store::carrier::usable(tx, organization)?;
                let mut all = Vec::new();
                for network in &networks {
                    let country = network.settings.country.as_deref().unwrap_or(&filter.country);
                    let elsewhere =
                        !filter.country.is_empty() && !country.eq_ignore_ascii_case(&filter.country);
                    if usable.contains(&network.carrier.name) && !elsewhere {
                        all.extend(priced(tx, &principal, network, organization, customer, &filter)?);
                    }
                }
                Ok(all)
            })
            .await
    }
}

fn given<T>(value: Option<T>) -> Given<T> {
    value.map_or(Given::Absent, Given::Is)
}

fn priced(
    tx: &mut Tx<'_>,
    principal: &Principal,
    network: &Network,
    organization: OrganizationId,
    customer: Option<CustomerId>,
    filter: &Filter,
) -> Result<Vec<Priced>, Error> {
    let shelf = Shelf::read(tx, network, organization)?;
    let agreed = match customer {
        Some(customer) => store::customer_product::of(tx, customer, network.carrier.id)?,
        None => Vec::new(),
    };
    let (today, text) = (today(tx, &network.zone()), folded(&filter.text));
    let mut all = Vec::new();
    for master in catalogue::everything(tx, network.carrier.id)? {
        let made = if filter.master { own(&master) } else { shelf.offers(&master, Standing::Live) };
        for made in made {
            let barred = of(&agreed, &master).is_some_and(|agreed| !agreed.sold);
            let named = [made.product.title(), &made.product.code];
            let wanted = filter.kind.is_none_or(|kind| made.product.kind() == kind)
                && (text.is_empty() || named.iter().any(|name| folded(name).contains(&text)))
                && (filter.all || (!barred && made.product.is_sold(today)));
            if wanted {
                let agreed = of(&agreed, &master).filter(|_| !filter.master);
                all.push(seen(principal, network, organization, &master, made, agreed));
            }
        }
    }
    Ok(all)
}

/// The network's own product.
fn own(master: &Product) -> Vec<Made> {
    master.id.map(|id| Made::own(id, master.clone())).into_iter().collect()
}

fn seen(
    principal: &Principal,
    network: &Network,
    organization: OrganizationId,
    master: &Product,
    made: Made,
    agreed: Option<&Agreed>,
) -> Priced {
    let runs = principal.runs(network.carrier.organization);
    let sees = |level| principal.role.sees(level, principal.organization_kind, runs);
    let levels = |master: Prices, made: Prices, agreed: Option<model::money::Money>| {
        let customer = agreed.or(made.customer).or(master.customer);
        Prices { cost: master.cost, wholesale: master.wholesale, customer }
            .seen(|level: Level| principal.customer.is_none_or(|_| level == Level::Customer) && sees(level))
    };
    Priced {
        id: made.id,
        parent: made.parent,
        organization: made.parent.map(|_| organization),
        carrier: network.carrier.id,
        monthly: levels(master.monthly, made.product.monthly, agreed.and_then(|agreed| agreed.monthly)),
        setup: levels(master.setup, made.product.setup, agreed.and_then(|agreed| agreed.setup)),
        product: made.product,
    }
}
