//! A customer, and the request that makes one.

use serde_json::Value;
use utoipa::openapi::Schema;

use super::answer::answer;
use super::{Moment, printed};
use crate::field::{self, At, Field, Shape};

answer! {
    /// The answer of `GET /customers/{guid}`.
    #[derive(Default)]
    Customer {
        id: String,
        parent_id: Option<String>,
        portal_user_id: Option<String>,
        first_name: String,
        last_name: String,
        business_name: Option<String>,
        email: Option<String>,
        username: Option<String>,
        mobile_number: Option<String>,
        home_number: Option<String>,
        work_number: Option<String>,
        external_reference: Option<String>,
        fno_opt_in: Option<Moment>,
        isp_opt_in: Option<Moment>,
        opt_in_ip_address: Option<String>,
        vat_number: Option<String>,
        identity_number: Option<String>,
        registration_number: Option<String>,
        billing_address: Option<String>,
        billing_suburb: Option<String>,
        billing_city: Option<String>,
        billing_postal_code: Option<String>,
        billing_province: Option<String>,
        billing_country: Option<String>,
        physical_address: Option<String>,
        physical_suburb: Option<String>,
        physical_city: Option<String>,
        physical_postal_code: Option<String>,
        physical_province: Option<String>,
        physical_country: Option<String>,
        service_provider_flag: bool,
        fax_number: Option<String>,
        nationality: Option<String>,
        identification_type_id: Option<i64>,
        created_at: Moment,
        updated_at: Moment,
        enabled: bool,
        alternative_number: Option<String>,
        preferred_contact_method: Option<String>,
        comments: Option<String>,
        preferred_contact_time: Option<String>,
    }
}

/// The body of `POST /customers`, without the object `customer` around it. The password has to be there and is not
/// kept: customers do not log in here. So it cannot be written back as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCustomer {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub username: Option<String>,
    pub mobile_number: String,
    pub home_number: Option<String>,
}

/// What stands in `customer`.
struct Person(NewCustomer);

/// A secret: it is checked like other texts, and forgotten.
struct Password;

impl Field for Password {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        String::read(value, at).map(|_| Self)
    }

    fn shape() -> Schema {
        String::shape()
    }
}

impl Field for Person {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        let mut fields = at.fields(value)?;
        let first_name = fields.required("first_name");
        let last_name = fields.required("last_name");
        let email = fields.required("email");
        let username = fields.optional("username");
        let password = fields.required::<Password>("password");
        let mobile_number = fields.required("mobile_number");
        let home_number = fields.optional("home_number");
        password?;
        Some(Self(NewCustomer {
            first_name: first_name?,
            last_name: last_name?,
            email: email?,
            username,
            mobile_number: mobile_number?,
            home_number,
        }))
    }

    fn shape() -> Schema {
        Shape::new("The customer")
            .required::<String>("first_name", "First name")
            .required::<String>("last_name", "Last name")
            .required::<String>("email", "E-mail address; a customer is found by it")
            .optional::<String>("username", "User name")
            .required::<Password>("password", "Has to be there; it is not kept")
            .required::<String>("mobile_number", "Mobile phone number")
            .optional::<String>("home_number", "Home phone number")
            .build()
    }
}

impl Field for NewCustomer {
    fn read(value: Value, at: &mut At<'_>) -> Option<Self> {
        at.fields(value)?.wrapper("customer").map(|Person(customer)| customer)
    }

    fn shape() -> Schema {
        Shape::new("A customer to be registered")
            .exactly("customer", Person::shape())
            .example(printed::value(printed::NEW_CUSTOMER))
            .build()
    }
}

field::request! {
    NewCustomer as "NewCustomer",
}
