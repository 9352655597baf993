//! Breakdowns: the sub-population that a figure is about.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::code::{DimensionCode, MemberCode};
use super::names::Names;
use crate::error::{Error, ErrorKind, Result};

/// A sorted set of dimension=member pairs; the empty set is the total.
///
/// The text form is `age=70-and-over|area=city`, sorted by dimension, and empty for the total.
/// Breakdowns compare as lists of pairs, so the total comes first.
///
/// ```
/// use yearbook::model::Breakdown;
///
/// let clients: Breakdown = "area=city|age=70-and-over".parse()?;
/// assert_eq!(clients.to_string(), "age=70-and-over|area=city");
/// assert!(Breakdown::TOTAL < clients);
/// # Ok::<(), yearbook::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Breakdown(Option<Arc<[(DimensionCode, MemberCode)]>>);

/// The most dimensions one breakdown may have.
pub const DIMENSIONS_MAX: usize = 16;

impl Breakdown {
    /// No breakdown: the whole population.
    pub const TOTAL: Self = Self(None);

    /// The breakdown of these pairs, in any order.
    ///
    /// # Errors
    /// [`Duplicate`](ErrorKind::Duplicate) if a dimension is given twice,
    /// [`Bounds`](ErrorKind::Bounds) for more than 16 dimensions.
    pub fn new(pairs: impl IntoIterator<Item = (DimensionCode, MemberCode)>) -> Result<Self> {
        let mut pairs: Vec<_> = pairs.into_iter().take(DIMENSIONS_MAX + 1).collect();
        if pairs.len() > DIMENSIONS_MAX {
            return Err(Error::new(
                ErrorKind::Bounds,
                format!("a breakdown of more than {DIMENSIONS_MAX} dimensions"),
            ));
        }
        pairs.sort();
        if let Some(twice) = pairs.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Error::new(
                ErrorKind::Duplicate,
                format!(
                    "dimension {} is given twice, as {} and as {}: a breakdown has one member of a dimension",
                    twice[0].0, twice[0].1, twice[1].1
                ),
            ));
        }
        Ok(Self((!pairs.is_empty()).then(|| pairs.into())))
    }

    /// Whether it is the whole population.
    pub fn is_total(&self) -> bool {
        self.0.is_none()
    }

    /// The pairs, by dimension.
    pub fn pairs(&self) -> &[(DimensionCode, MemberCode)] {
        self.0.as_deref().unwrap_or_default()
    }

    /// The member of a dimension, if the breakdown has one.
    pub fn member(&self, dimension: &DimensionCode) -> Option<&MemberCode> {
        self.pairs()
            .iter()
            .find(|(own, _)| own == dimension)
            .map(|(_, member)| member)
    }
}

impl fmt::Display for Breakdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::model::padded(f, |f| {
            for (at, (dimension, member)) in self.pairs().iter().enumerate() {
                write!(f, "{}{dimension}={member}", if at > 0 { "|" } else { "" })?;
            }
            Ok(())
        })
    }
}

impl fmt::Debug for Breakdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl FromStr for Breakdown {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Ok(Self::TOTAL);
        }
        let mut offset = 0;
        let mut pairs = Vec::new();
        for pair in text.split('|') {
            let Some((dimension, member)) = pair.split_once('=') else {
                return Err(Error::syntax(
                    "a breakdown",
                    text,
                    offset,
                    "dimension=member",
                ));
            };
            pairs.push((dimension.parse()?, member.parse()?));
            offset += pair.len() + 1;
        }
        Self::new(pairs)
    }
}

super::text_serde!(
    Breakdown,
    "a breakdown such as age=70-and-over, or an empty text for the total"
);

/// How deep members may nest: ages by decade, year and month are three.
const DEPTH_MAX: usize = 64;

/// A way to break a population down: age, sex, area, dose …
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "DimensionForm", into = "DimensionForm")]
pub struct Dimension {
    code: DimensionCode,
    names: Names,
    members: Vec<Member>,
}

/// One part of the population within a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its code, unique within the dimension.
    pub code: MemberCode,
    /// Its names.
    pub names: Names,
    /// A member that contains it: 70岁及以上 lies in 60岁及以上.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<MemberCode>,
    /// The partition it is a part of: the members of one parent (or of the total) that share this label are
    /// disjoint and together exhaust that parent (or the total).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DimensionForm {
    code: DimensionCode,
    names: Names,
    members: Vec<Member>,
}

impl From<Dimension> for DimensionForm {
    fn from(
        Dimension {
            code,
            names,
            members,
        }: Dimension,
    ) -> Self {
        Self {
            code,
            names,
            members,
        }
    }
}

impl TryFrom<DimensionForm> for Dimension {
    type Error = Error;
    fn try_from(form: DimensionForm) -> Result<Self> {
        Self::new(form.code, form.names, form.members)
    }
}

impl Dimension {
    /// A dimension with its members, in the order they are to be shown.
    ///
    /// # Errors
    /// [`Duplicate`](ErrorKind::Duplicate) for two members of one code,
    /// [`Structure`](ErrorKind::Structure) for a parent that is no member or a member within itself,
    /// and for a partition of one part; [`Bounds`](ErrorKind::Bounds) for a partition whose label could be no name.
    pub fn new(code: DimensionCode, names: Names, members: Vec<Member>) -> Result<Self> {
        let dimension = Self {
            code,
            names,
            members,
        };
        dimension.check()?;
        Ok(dimension)
    }

    /// Its code.
    pub fn code(&self) -> &DimensionCode {
        &self.code
    }

    /// Its names.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Its members.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member of a code.
    pub fn member(&self, code: &MemberCode) -> Option<&Member> {
        self.members.iter().find(|member| member.code == *code)
    }

    /// Whether `inner` lies in `outer`, at any depth; a member lies in itself.
    pub fn lies_in(&self, inner: &MemberCode, outer: &MemberCode) -> bool {
        let mut at = Some(inner);
        while let Some(code) = at {
            if code == outer {
                return true;
            }
            at = self.member(code).and_then(|member| member.parent.as_ref());
        }
        false
    }

    /// The sets of members that are disjoint and exhaust their parent (`None`: the total), each with
    /// that parent.
    pub fn partitions(&self) -> Vec<(Option<&MemberCode>, Vec<&Member>)> {
        let mut sets: Vec<(&Option<MemberCode>, &str, Vec<&Member>)> = Vec::new();
        for member in &self.members {
            let Some(label) = &member.partition else {
                continue;
            };
            match sets
                .iter_mut()
                .find(|set| set.0 == &member.parent && set.1 == label)
            {
                Some(set) => set.2.push(member),
                None => sets.push((&member.parent, label, vec![member])),
            }
        }
        sets.into_iter()
            .map(|(parent, _, members)| (parent.as_ref(), members))
            .collect()
    }

    fn check(&self) -> Result<()> {
        let own = &self.code;
        let fail = |kind, message| Err(Error::new(kind, message));
        let mut parents = HashMap::with_capacity(self.members.len());
        for member in &self.members {
            let code = &member.code;
            if parents.insert(code, member.parent.as_ref()).is_some() {
                return fail(
                    ErrorKind::Duplicate,
                    format!("dimension {own} has two members {code}"),
                );
            }
            if let Some(label) = &member.partition {
                super::names::check_line(label, "label of a partition")?;
            }
        }
        for Member { code, parent, .. } in &self.members {
            let mut above = parent.as_ref();
            let mut depth = 0;
            while let Some(parent) = above {
                let Some(next) = parents.get(parent) else {
                    return fail(
                        ErrorKind::Structure,
                        format!(
                            "member {code} of dimension {own} lies in {parent}, which is no member of it"
                        ),
                    );
                };
                depth += 1;
                if depth > DEPTH_MAX {
                    return fail(
                        ErrorKind::Structure,
                        format!(
                            "member {code} of dimension {own} lies in itself or more than {DEPTH_MAX} deep, by its parent {parent}"
                        ),
                    );
                }
                above = *next;
            }
        }
        match self.partitions().iter().find(|(_, parts)| parts.len() < 2) {
            Some((_, parts)) => {
                let part = parts[0];
                let label = part.partition.as_deref().unwrap_or_default();
                fail(
                    ErrorKind::Structure,
                    format!(
                        "partition {label} of dimension {own} has the one part {}: a partition has two or more",
                        part.code
                    ),
                )
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn member(code: &str, parent: Option<&str>, partition: Option<&str>) -> Member {
        Member {
            code: code.parse().unwrap(),
            names: Names::zh(code).unwrap(),
            parent: parent.map(|parent| parent.parse().unwrap()),
            partition: partition.map(String::from),
        }
    }

    fn dimension(members: Vec<Member>) -> Result<Dimension> {
        Dimension::new("age".parse().unwrap(), Names::zh("年龄").unwrap(), members)
    }

    #[test]
    fn members_nest_and_partition() {
        let age = dimension(vec![
            member("60+", None, Some("halves")),
            member("70+", Some("60+"), None),
            member("80+", Some("70+"), None),
            member("under-60", None, Some("halves")),
        ])
        .unwrap();
        let lies = |inner: &str, outer: &str| {
            age.lies_in(&inner.parse().unwrap(), &outer.parse().unwrap())
        };
        assert!(lies("80+", "60+") && lies("80+", "80+"));
        assert!(!lies("60+", "80+") && !lies("70+", "under-60"));
        let partitions = age.partitions();
        assert_eq!(partitions.len(), 1);
        assert_eq!(partitions[0].0, None);
        assert_eq!(partitions[0].1.len(), 2);
    }

    #[test]
    fn what_does_not_hold_together_is_refused() {
        for (members, message) in [
            (
                vec![member("a", None, None), member("a", None, None)],
                "dimension age has two members a",
            ),
            (
                vec![member("a", Some("b"), None)],
                "member a of dimension age lies in b, which is no member of it",
            ),
            (
                vec![member("a", Some("b"), None), member("b", Some("a"), None)],
                "member a of dimension age lies in itself or more than 64 deep, by its parent b",
            ),
            (
                vec![member("a", None, Some("halves"))],
                "partition halves of dimension age has the one part a: a partition has two or more",
            ),
            (
                vec![member("a", None, Some("")), member("b", None, Some(""))],
                "\"\" is no label of a partition: it is blank",
            ),
        ] {
            assert_eq!(dimension(members).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn refusals_of_text() {
        for (text, message) in [
            (
                "age",
                r#"cannot read "age" as a breakdown: at byte 0: expected dimension=member, found "age""#,
            ),
            (
                "age=a|",
                r#"cannot read "age=a|" as a breakdown: at byte 6: expected dimension=member, found the end of the text"#,
            ),
            (
                "age=a|age=b",
                "dimension age is given twice, as a and as b: a breakdown has one member of a dimension",
            ),
            (
                "age=",
                r#"cannot read "" as a member code: at byte 0: expected a letter from A to Z or a digit, found the end of the text"#,
            ),
        ] {
            assert_eq!(text.parse::<Breakdown>().unwrap_err().to_string(), message);
        }
        let many = (0..17)
            .map(|at| format!("d{at}=m"))
            .collect::<Vec<_>>()
            .join("|");
        assert_eq!(
            many.parse::<Breakdown>().unwrap_err().to_string(),
            "a breakdown of more than 16 dimensions"
        );
    }

    proptest! {
        #[test]
        fn any_order_is_one_breakdown(pairs in proptest::collection::btree_map("[a-z]{1,3}", "[a-z0-9+]{1,3}", 0..6)) {
            let text = |pairs: Vec<(&String, &String)>| {
                pairs.iter().map(|(d, m)| format!("{d}={m}")).collect::<Vec<_>>().join("|")
            };
            let (forward, backward) = (text(pairs.iter().collect()), text(pairs.iter().rev().collect()));
            match forward.parse::<Breakdown>() {
                Ok(breakdown) => {
                    prop_assert_eq!(&backward.parse::<Breakdown>().unwrap(), &breakdown);
                    prop_assert_eq!(breakdown.to_string(), forward);
                }
                Err(_) => prop_assert!(pairs.values().any(|member| member.starts_with('+'))),
            }
        }
    }
}
