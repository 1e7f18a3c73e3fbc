//! An account: the order that became of an offer, and the line that becomes of the order.

use super::answer::answer;
use super::date::Moment;
use super::id::Id;
use super::request::{Address, Notified};
use super::word::{AccountState, ChangeState, InstallTime, Type};
use crate::money::Amount;

answer! {
    /// The answer of `GET /internet/account/{id}`. Prices that the caller may not see are left out.
    Account {
        #[serde(rename = "_id")]
        id: Id,
        #[serde(rename = "type")]
        type_: Type,
        state: AccountState,
        customer: Option<Id>,
    }
    or_left_out {
        reseller: Id,
        name: String,
        /// The request and the offer that it became of.
        request: Id,
        offer: Id,
        ordered_by: Id,
    }
    {
        address: Address,
        address2: Option<Address>,
    }
    or_left_out {
        /// The name of the circuit.
        circuit: String,
        product: Id,
        initiation_fee_product: Id,
        takeover: bool,
        takeover_circuit: String,
        takeover_customer: String,
        ip_addresses: i64,
        /// Months before it can be cancelled.
        commitment: i64,
        reference: String,
        notes: String,
    }
    {
        #[serde(default)]
        notify: Vec<Notified>,
        order_date: Moment,
    }
    or_left_out {
        /// The wanted day while the account is ORDERED, the real one after that.
        start_date: Moment,
        termination_date: Moment,
        install_call_number: String,
        install_call_name: String,
        install_time: InstallTime,
        change_request: Change,
        net: Net,
        fiber: Fiber,
        provider: Provider,
    }
    {
        #[serde(default)]
        documents: Vec<Document>,
    }
    or_left_out {
        /// This and the others only with `expand=true`.
        customer_name: String,
        reseller_name: String,
        product_name: String,
        initiation_fee_product_name: String,
    }
}

answer! {
    /// A change of product.
    #[derive(Debug, Eq)]
    Change {
        state: ChangeState,
    }
    or_left_out {
        /// The product that is wanted.
        product: Id,
        /// Who asked for it.
        by: Id,
        date: Moment,
        fee_product: Id,
        monthly_cost: Amount,
        monthly_wholesale: Amount,
        monthly_customer: Amount,
    }
}

answer! {
    /// How the line is reached.
    #[derive(Default)]
    Net {}
    or_left_out {
        ip_address: String,
        subnet: String,
        gateway: String,
        lan_net: String,
        lan_subnet: String,
        failover: bool,
        failover_number: String,
    }
}

answer! {
    /// What a FIBER account costs.
    #[derive(Debug, Default, Eq)]
    Fiber {}
    or_left_out {
        initiation_cost: Amount,
        initiation_wholesale: Amount,
        initiation_customer: Amount,
        monthly_cost: Amount,
        monthly_wholesale: Amount,
        monthly_customer: Amount,
    }
}

answer! {
    /// Who delivers.
    #[derive(Debug, Default, Eq)]
    Provider {}
    or_left_out {
        order_id: String,
        name: String,
    }
}

answer! {
    /// A file of an account.
    Document {
        #[serde(rename = "_id")]
        id: Id,
        filename: String,
        /// In bytes.
        size: u64,
    }
    or_left_out {
        /// Its media type.
        #[serde(rename = "type")]
        type_: String,
        created: Moment,
    }
}

answer! {
    /// The answer of `POST /internet/account/{id}/document`.
    DocumentAdded {
        success: bool,
        document: Document,
    }
}

answer! {
    /// An account in a list without `full=true`.
    AccountBrief {
        #[serde(rename = "_id")]
        id: Id,
        #[serde(rename = "type")]
        type_: Type,
        state: AccountState,
        customer: Option<Id>,
    }
    or_left_out {
        reseller: Id,
    }
    {
        address: Address,
    }
    or_left_out {
        circuit: String,
        product: Id,
    }
    {
        order_date: Moment,
    }
    or_left_out {
        start_date: Moment,
        termination_date: Moment,
    }
}
