//! Closed lists of words: one macro, so that text, serde and labels cannot drift apart.

/// A unit-only enum whose variants each have a code and a Chinese label.
macro_rules! words {
    (
        $(#[$doc:meta])*
        $name:ident, $what:literal {
            $($(#[$variant_doc:meta])* $variant:ident = $code:literal, $zh:literal;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code: what `Display` prints, what `FromStr` and serde read.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The Chinese word.
            pub fn chinese(self) -> &'static str {
                match self {
                    $(Self::$variant => $zh,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.code())
            }
        }

        /// Reads the code or the Chinese word.
        impl std::str::FromStr for $name {
            type Err = $crate::error::Error;
            fn from_str(text: &str) -> $crate::error::Result<Self> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|word| word.code() == text || word.chinese() == text)
                    .ok_or_else(|| {
                        let codes = Self::ALL.iter().map(|word| word.code()).collect::<Vec<_>>().join(", ");
                        $crate::error::Error::syntax($what, text, 0, format!("one of {codes}"))
                    })
            }
        }

        $crate::model::text_serde!($name, $what);
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::model::*;

    #[test]
    fn every_word_is_read_back() {
        macro_rules! all {
            ($($type:ty),*) => {$(
                for word in <$type>::ALL {
                    assert_eq!(word.code().parse::<$type>().unwrap(), *word);
                    assert_eq!(word.chinese().parse::<$type>().unwrap(), *word);
                    assert_eq!(serde_json::from_str::<$type>(&serde_json::to_string(word).unwrap()).unwrap(), *word);
                }
            )*};
        }
        all!(
            Level,
            InstitutionKind,
            Tier,
            Class,
            Ownership,
            ConsortiumKind,
            Role,
            Kind,
            Polarity,
            Status,
            Absence,
            ChangeForm
        );
        assert_eq!(
            "quaternary".parse::<Tier>().unwrap_err().to_string(),
            r#"cannot read "quaternary" as a tier: at byte 0: expected one of tertiary, secondary, primary, unrated, found "quaternary""#
        );
    }
}
