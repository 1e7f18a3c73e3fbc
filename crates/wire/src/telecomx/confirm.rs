//! The requests that make an account, confirm it, and change its product.

use super::Amount;
use super::date::Moment;
use super::given::{Given, given};
use super::id::Id;
use super::number::Price;
use super::printed;
use super::text::Name;
use super::word::InstallTime;

given! {
    /// The body of `POST /internet/account`
    NewAccount like printed::NEW_ACCOUNT {
        /// The customer, if the request has none
        customer = "customer": Id,
        /// The request that was answered
        request = "request": Id,
        /// The offer of it that is accepted
        offer = "offer": Id,
    }

    /// The body of `POST /internet/account/{id}/confirm`
    Confirm like printed::CONFIRM {
        /// The day of delivery
        start_date = "startDate": Moment,
        /// The name of the circuit
        circuit = "circuit": String,
        /// When the technician comes
        install_time = "installTime": InstallTime,
        /// The name of the account
        name = "name": String as Name,
        /// The customer's number at the operator who has the circuit
        takeover_customer = "takeoverCustomer": String,
        /// Whom the technician calls
        install_call_number = "installCallNumber": String,
        /// Who answers there
        install_call_name = "installCallName": String,
        /// About the delivery
        notes = "notes": String,
        /// Who is told, and how
        notify = "notify": Vec<Given<NotifyGiven>> as [NotifyGiven],
        /// How the line is reached
        net = "net": NetGiven,
        /// What a FIBER account costs
        fiber = "fiber": FiberGiven,
        /// Who delivers
        provider = "provider": ProviderGiven,
    }

    /// An employee who is told
    NotifyGiven {
        /// The employee
        id = "_id": Id,
        /// By e-mail
        email = "email": bool,
        /// By SMS
        sms = "sms": bool,
    }

    /// How a line is reached
    NetGiven {
        /// The address of the line
        ip_address = "ipAddress": String,
        /// Its subnet
        subnet = "subnet": String,
        /// Its gateway
        gateway = "gateway": String,
        /// The network behind it
        lan_net = "lanNet": String,
        /// The subnet of that
        lan_subnet = "lanSubnet": String,
        /// Whether there is another way when the line is down
        failover = "failover": bool,
        /// The number of that way
        failover_number = "failoverNumber": String,
    }

    /// What a FIBER account costs
    FiberGiven {
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
    }

    /// Who delivers
    ProviderGiven {
        /// What the provider calls the order
        order_id = "orderId": String,
        /// The provider's name
        name = "name": String,
    }

    /// The body of `POST /internet/account/{id}/change/request`
    ChangeRequest like printed::CHANGE_REQUEST {
        /// The product that is wanted
        new_product = "newProduct": Id,
        /// Whom the technician calls
        install_call_number = "installCallNumber": String,
        /// Who answers there
        install_call_name = "installCallName": String,
    }

    /// The body of `POST /internet/account/{id}/change/confirm`
    ChangeConfirm like printed::CHANGE_CONFIRM {
        /// The product that stands for the fee
        fee_product = "feeProduct": Id,
        /// The day of the change
        date = "date": Moment,
        /// A month from then on, for TCX
        monthly_cost = "monthlyCost": Amount as Price,
        /// A month from then on, for the reseller
        monthly_wholesale = "monthlyWholesale": Amount as Price,
        /// A month from then on, for the customer
        monthly_customer = "monthlyCustomer": Amount as Price,
    }
}
