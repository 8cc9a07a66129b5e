//! One tag, as somebody typed it between `{{` and `}}`.

use super::fault::What;
use super::fields::{Kind, kind};

/// A tag that is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tag {
    Field(&'static str),
    This,
    Body,
    Annexes,
    If { condition: Condition, wanted: bool },
    Else,
    EndIf,
    EndUnless,
    Each(&'static str),
    EndEach,
}

/// What `{{#if …}}` asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// The field says something.
    Said(&'static str),
    /// The field says this.
    Equal(&'static str, String),
    /// It is the first, or the last, line of `{{#each}}`.
    First,
    Last,
}

impl Tag {
    /// Whether it stands for no words but for a part of the text.
    pub(super) const fn is_block(&self) -> bool {
        !matches!(self, Self::Field(_) | Self::This)
    }
}

/// Reads a tag. Word's curled quotes and hard spaces are taken for the plain ones that were typed.
pub(super) fn parse(typed: &str) -> Result<Tag, What> {
    let plain: String = typed
        .chars()
        .map(|one| match one {
            '“' | '”' | '„' | '«' | '»' | '‟' => '"',
            '‘' | '’' | '‚' | '‛' => '\'',
            one if one.is_whitespace() => ' ',
            one => one,
        })
        .collect();
    let plain = plain.trim();
    let unknown = || What::UnknownTag(plain.chars().take(60).collect());
    if let Some(asked) = plain.strip_prefix("#if ") {
        return Ok(Tag::If { condition: condition(asked.trim(), &unknown)?, wanted: true });
    }
    if let Some(asked) = plain.strip_prefix("#unless ") {
        return Ok(Tag::If { condition: condition(asked.trim(), &unknown)?, wanted: false });
    }
    if let Some(name) = plain.strip_prefix("#each ") {
        return match field(name.trim())? {
            (name, Kind::Lines) => Ok(Tag::Each(name)),
            (name, Kind::Line) => Err(What::Each(name.to_owned())),
        };
    }
    Ok(match plain {
        "else" => Tag::Else,
        "/if" => Tag::EndIf,
        "/unless" => Tag::EndUnless,
        "/each" => Tag::EndEach,
        "this" => Tag::This,
        "body" => Tag::Body,
        "annexes" => Tag::Annexes,
        name if is_name(name) => Tag::Field(field(name)?.0),
        _ => return Err(unknown()),
    })
}

fn condition(asked: &str, unknown: &impl Fn() -> What) -> Result<Condition, What> {
    match asked {
        "@first" => return Ok(Condition::First),
        "@last" => return Ok(Condition::Last),
        name if is_name(name) => return Ok(Condition::Said(field(name)?.0)),
        _ => {}
    }
    let inside = asked.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or_else(unknown)?;
    let (name, value) =
        inside.trim().strip_prefix("eq ").and_then(|rest| rest.trim().split_once(' ')).ok_or_else(unknown)?;
    let value = value.trim();
    let quoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    let value = quoted.filter(|value| !value.contains(['"', '\''])).ok_or_else(unknown)?;
    Ok(Condition::Equal(field(name)?.0, value.to_owned()))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '.' | '-'))
}

fn field(name: &str) -> Result<(&'static str, Kind), What> {
    kind(name).ok_or_else(|| What::UnknownField(name.chars().take(60).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_as_it_was_meant() {
        assert_eq!(parse(" salutation "), Ok(Tag::Field("salutation")));
        assert_eq!(parse("#if\u{a0}executor"), Ok(Tag::If { condition: Condition::Said("executor"), wanted: true }));
        let equal = Condition::Equal("language", "kk".to_owned());
        assert_eq!(parse("#unless (eq language “kk”)"), Ok(Tag::If { condition: equal, wanted: false }));
        assert_eq!(parse("#each addressee"), Ok(Tag::Each("addressee")));
        assert_eq!(parse("/each"), Ok(Tag::EndEach));
    }

    #[test]
    fn a_tag_that_is_not_meant_is_refused_by_name() {
        assert_eq!(parse("salutaton"), Err(What::UnknownField("salutaton".to_owned())));
        assert_eq!(parse("#each salutation"), Err(What::Each("salutation".to_owned())));
        for odd in [
            "{title",
            "&title",
            "> partial",
            "#with x",
            "lookup a b",
            "#if (eq language kk)",
            "#if (gt a b)",
            "",
            "!-- x --",
            "#if",
        ] {
            assert!(matches!(parse(odd), Err(What::UnknownTag(_))), "{odd}");
        }
    }
}
