//! A request for internet access: can it be had there, and for how much. Offers are its answer.

use serde_json::Value;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type as JsonType};

use super::answer::answer;
use super::date::Moment;
use super::given::{Given, Reader, given};
use super::id::{self, Id};
use super::number::{IpAddresses, Months, Price};
use super::printed;
use super::text::Zip;
use super::word::{InstallTime, RequestState, Type};
use crate::money::Amount;

given! {
    /// The body of `POST /internet/request` and of its update
    NewRequest like printed::NEW_REQUEST {
        /// Type of the circuit: DSL or FIBER, in any case
        type_ = "type": Type,
        /// The customer; without one the request belongs to the reseller
        customer = "customer": Id,
        /// The reseller, if there is no customer
        reseller = "reseller": Id,
        /// About the request
        notes = "notes": String,
        /// Where the line is to be installed
        address = "address": AddressGiven,
        /// The other end of a point-to-point connection
        address2 = "address2": AddressGiven,
        /// What is asked for
        product = "product": Id,
        /// Whether an existing circuit is taken over
        takeover = "takeover": bool,
        /// Its name
        takeover_circuit = "takeoverCircuit": String,
        /// The customer's number at the operator who has it
        takeover_customer = "takeoverCustomer": String,
        /// How many IP addresses; required for FIBER
        ip_addresses = "ipAddresses": i64 as IpAddresses,
        /// Whether an offer with a commitment of 1 year is wanted
        commitment1 = "commitment1": bool,
        /// Whether one of 2 years is
        commitment2 = "commitment2": bool,
        /// Whether one of 3 years is
        commitment3 = "commitment3": bool,
        /// The client's own reference
        reference = "reference": String,
        /// Employees who are told by e-mail when the request has been answered
        notify = "notify": Vec<Given<Id>> as [Recipient],
        /// When the line is wanted; without it as soon as possible
        start_date = "startDate": Moment,
        /// Whom the technician calls 30 minutes before the visit
        install_call_number = "installCallNumber": String,
        /// Who answers there
        install_call_name = "installCallName": String,
        /// When the technician is wanted
        install_time = "installTime": InstallTime,
        /// What is offered
        offers = "offers" | "Offers": Vec<Given<OfferGiven>> as [OfferGiven],
    }

    /// An address: one that exists already, or what people write
    AddressGiven {
        /// An address that the customer has, or that a lookup found
        id = "_id": Id,
        /// Road, number, floor, door
        address = "address": String,
        /// Zip code
        zip = "zip": String as Zip,
        /// City
        city = "city": String,
    }

    /// One solution that is offered
    OfferGiven {
        /// An offer that the request has already
        id = "_id": Id,
        /// What is offered
        product = "product": Id,
        /// The product that stands for the initiation
        initiation_fee_product = "initiationFeeProduct": Id,
        /// Initiation, for TCX
        initiation_cost = "initiationCost": Amount as Price,
        /// Initiation, for the reseller
        initiation_wholesale = "initiationWholesale": Amount as Price,
        /// Initiation, for the customer
        initiation_customer = "initiationCustomer": Amount as Price,
        /// A month, for TCX
        monthly_cost = "monthlyCost": Amount as Price,
        /// A month, for the reseller
        monthly_wholesale = "monthlyWholesale": Amount as Price,
        /// A month, for the customer
        monthly_customer = "monthlyCustomer": Amount as Price,
        /// Months before the account can be cancelled
        commitment = "commitment": i64 as Months,
        /// Who delivers
        provider_name = "providerName": String,
        /// What the provider calls the offer
        provider_offer_id = "providerOfferId": String,
    }
}

/// An employee by id, or as answers show one: an object with an `_id`.
struct Recipient;

impl Reader<Id> for Recipient {
    fn take(value: Value) -> Option<Id> {
        match value {
            Value::Object(mut employee) => Id::take(employee.remove("_id")?),
            value => Id::take(value),
        }
    }

    fn shape() -> Schema {
        let id: Object = id::object();
        let mut either: Object =
            ObjectBuilder::new().property("_id", Schema::from(id.clone())).required("_id").build();
        either.schema_type = SchemaType::Array(vec![JsonType::String, JsonType::Object]);
        (either.min_length, either.max_length) = (id.min_length, id.max_length);
        either.pattern = id.pattern;
        either.into()
    }
}

answer! {
    /// The answer of `GET /internet/request/{id}`.
    Request {
        #[serde(rename = "_id")]
        id: Id,
        #[serde(rename = "type")]
        type_: Type,
        /// `null` if the request belongs to the reseller.
        customer: Option<Id>,
    }
    or_left_out {
        reseller: Id,
        notes: String,
    }
    {
        /// Where the line is to be installed.
        address: Address,
        /// The other end of a point-to-point connection.
        address2: Option<Address>,
    }
    or_left_out {
        product: Id,
        takeover: bool,
        takeover_circuit: String,
        takeover_customer: String,
        ip_addresses: i64,
        commitment1: bool,
        commitment2: bool,
        commitment3: bool,
        reference: String,
    }
    {
        /// Who is told when the request has been answered.
        #[serde(default)]
        notify: Vec<Notified>,
    }
    or_left_out {
        start_date: Moment,
        install_call_number: String,
        install_call_name: String,
        install_time: InstallTime,
    }
    {
        #[serde(default, alias = "Offers")]
        offers: Vec<Offer>,
        created: Moment,
    }
    or_left_out {
        created_by: Id,
        /// Offers expire 30 days after it.
        answered: Moment,
    }
}

answer! {
    /// An address as it was found.
    Address {}
    or_left_out {
        #[serde(rename = "_id")]
        id: Id,
        /// Road, number, floor, door.
        address: String,
        zip: String,
        city: String,
    }
}

answer! {
    /// Who is told.
    Notified {
        #[serde(rename = "_id")]
        id: Id,
    }
    or_left_out {
        name: String,
    }
}

answer! {
    /// One solution. Prices that the caller may not see are left out.
    #[derive(Debug, Eq)]
    Offer {
        #[serde(rename = "_id")]
        id: Id,
        product: Id,
    }
    or_left_out {
        initiation_fee_product: Id,
        initiation_cost: Amount,
        initiation_wholesale: Amount,
        initiation_customer: Amount,
        monthly_cost: Amount,
        monthly_wholesale: Amount,
        monthly_customer: Amount,
        /// Months before the account can be cancelled.
        commitment: i64,
        provider_name: String,
        provider_offer_id: String,
    }
}

answer! {
    /// A request in a list without `full=true`.
    RequestBrief {
        #[serde(rename = "_id")]
        id: Id,
        #[serde(rename = "type")]
        type_: Type,
        customer: Option<Id>,
    }
    or_left_out {
        reseller: Id,
    }
    {
        address: Address,
    }
    or_left_out {
        product: Id,
        reference: String,
    }
    {
        created: Moment,
    }
    or_left_out {
        answered: Moment,
    }
    {
        state: RequestState,
    }
}
