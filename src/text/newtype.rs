/// Declares a type over text that a `fn(&str) -> Result<String, Problem>` has brought into form.
///
/// `redacted` keeps the text out of `Debug`, and so out of the `Debug` of whatever holds it.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident = $what:literal, $form:path) => {
        crate::text::text_type!(@type $(#[$doc])* $name = $what, $form);

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }
    };
    ($(#[$doc:meta])* redacted $name:ident = $what:literal, $form:path) => {
        crate::text::text_type!(@type
            $(#[$doc])*
            ///
            /// `Debug` does not show it.
            $name = $what, $form
        );

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
    (@type $(#[$doc:meta])* $name:ident = $what:literal, $form:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Brings text into the form of the type.
            ///
            /// # Errors
            ///
            /// [`InvalidValue`](crate::error::InvalidValue) for text that does not have it.
            pub fn parse(text: &str) -> Result<Self, crate::error::InvalidValue> {
                $form(text)
                    .map(Self)
                    .map_err(|problem| crate::error::InvalidValue::new($what, problem))
            }

            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::error::InvalidValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = crate::error::InvalidValue;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

pub(crate) use text_type;
