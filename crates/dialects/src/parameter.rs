//! How the parameters of operations are declared for OpenAPI documents.

/// Declares parameters of operations: where they stand, whether they must be there, what they are.
macro_rules! parameters {
    ($($(#[$about:meta])* $name:ident { $($word:literal: $place:ident $required:ident $schema:expr, $note:literal;)+ })+) => {$(
        $(#[$about])*
        pub struct $name;

        impl utoipa::IntoParams for $name {
            fn into_params(
                _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
            ) -> Vec<utoipa::openapi::path::Parameter> {
                use utoipa::openapi::Required;
                use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
                vec![$(
                    ParameterBuilder::new()
                        .name($word)
                        .parameter_in(ParameterIn::$place)
                        .required(Required::$required)
                        .description(Some($note))
                        .schema(Some($schema))
                        .build()
                ),+]
            }
        }
    )+};
}
pub(crate) use parameters;
