//! Walks a template as Handlebars parsed it and follows every path through a letter in which everything occurs.

use std::collections::{BTreeMap, HashMap, HashSet};

use handlebars::Handlebars;
use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Template, TemplateElement};
use serde_json::Value;

use crate::error::TemplateFault;
use crate::templates::HELPERS;

/// What one template uses, and what is wrong with it.
pub(super) struct Found {
    pub(super) uses: Vec<Use>,
    pub(super) faults: Vec<TemplateFault>,
}

/// A place where a field is used.
pub(super) struct Use {
    pub(super) line: usize,
    /// The field's JSON pointer in the exemplar.
    pub(super) pointer: String,
}

/// A value of the exemplar and where it stands there.
type Seen<'a> = (String, &'a Value);
/// What `this` may be; the last is the innermost, the others are reached by `../`.
type Scopes<'a> = Vec<Vec<Seen<'a>>>;

/// Follows the template `name`, which the reader knows as `file`.
pub(super) fn check(registry: &Handlebars<'static>, name: &str, file: &str, exemplars: &[&Value]) -> Found {
    let found = Found { uses: Vec::new(), faults: Vec::new() };
    let mut walk = Walk {
        registry,
        file,
        found,
        inlines: HashMap::new(),
        entered: HashSet::new(),
        reported: HashSet::new(),
        compared: BTreeMap::new(),
    };
    if let Some(template) = registry.get_template(name) {
        let root = exemplars.iter().map(|exemplar| (String::new(), *exemplar)).collect();
        walk.template(template, &vec![root]);
    }
    walk.never();
    walk.found
}

struct Walk<'r> {
    registry: &'r Handlebars<'static>,
    file: &'r str,
    found: Found,
    inlines: HashMap<String, &'r Template>,
    /// Partials call themselves; each is entered once for each place it is called with.
    entered: HashSet<(String, Vec<String>)>,
    reported: HashSet<(usize, String)>,
    /// What fields are compared with, by line, and whether any field ever is that.
    compared: BTreeMap<(usize, String), bool>,
}

impl<'r> Walk<'r> {
    fn fault(&mut self, line: usize, field: Option<&str>, what: &str) {
        if self.reported.insert((line, format!("{field:?}{what}"))) {
            let field = field.map(str::to_owned);
            self.found.faults.push(TemplateFault {
                template: self.file.to_owned(),
                line: Some(line),
                field,
                what: what.to_owned(),
            });
        }
    }

    fn template(&mut self, template: &'r Template, scopes: &Scopes<'_>) {
        for (element, place) in template.elements.iter().zip(&template.mapping) {
            self.element(element, place.0, scopes);
        }
    }

    fn element(&mut self, element: &'r TemplateElement, line: usize, scopes: &Scopes<'_>) {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::Expression(expression) => self.expression(expression, line, scopes),
            TemplateElement::HelperBlock(block) => self.block(block, line, scopes),
            TemplateElement::DecoratorBlock(block) => self.inline(block, line),
            TemplateElement::PartialExpression(partial) => self.partial(partial, line, scopes),
            TemplateElement::HtmlExpression(_) => self.fault(line, None, "triple braces go round the escape"),
            TemplateElement::DecoratorExpression(_) | TemplateElement::PartialBlock(_) => {
                self.fault(line, None, "only inline partials and partials without a block are used here");
            }
            // The enum may grow; what the lint does not know it does not let through.
            _ => self.fault(line, None, "the lint does not know this kind of tag"),
        }
    }

    /// `{{field}}`; a helper that writes would go round the escape.
    fn expression(&mut self, expression: &'r HelperTemplate, line: usize, scopes: &Scopes<'_>) {
        if expression.params.is_empty() && expression.hash.is_empty() {
            self.value(&expression.name, line, scopes);
        } else {
            let name = expression.name.as_name().unwrap_or_default();
            self.fault(line, Some(name), "a helper may not write; only fields may");
        }
    }

    fn block(&mut self, block: &'r HelperTemplate, line: usize, scopes: &Scopes<'_>) {
        let name = block.name.as_name().unwrap_or_default();
        let Some(param) = block.params.first() else {
            return self.fault(line, Some(name), "this block needs a field");
        };
        if name == "eq" || !HELPERS.contains(&name) || block.block_param.is_some() || !block.hash.is_empty() {
            return self.fault(
                line,
                Some(name),
                "only #if, #unless, #each and #with are used here, without parameters of their own",
            );
        }
        let values = self.value(param, line, scopes);
        let (then, otherwise) = match name {
            "each" => (within(scopes, values.iter().flat_map(items).collect()), scopes.clone()),
            "with" => (within(scopes, values), scopes.clone()),
            "if" => self.compare(param, line, scopes).unwrap_or_else(|| (scopes.clone(), scopes.clone())),
            _ => (scopes.clone(), scopes.clone()),
        };
        if let Some(template) = &block.template {
            self.template(template, &then);
        }
        if let Some(inverse) = &block.inverse {
            self.template(inverse, &otherwise);
        }
    }

    /// Behind `{{#if (eq type "footnote")}}` only footnotes are met, and behind its `{{else}}` no footnotes.
    fn compare<'v>(
        &mut self,
        param: &'r Parameter,
        line: usize,
        scopes: &Scopes<'v>,
    ) -> Option<(Scopes<'v>, Scopes<'v>)> {
        let Parameter::Subexpression(inner) = param else { return None };
        let TemplateElement::Expression(call) = inner.element.as_ref() else { return None };
        let [field, Parameter::Literal(wanted)] = call.params.as_slice() else { return None };
        let field = field.as_name()?;
        let here = scopes.last()?;
        let (same, other): (Vec<_>, Vec<_>) =
            here.iter().cloned().partition(|(_, value)| value.get(field) == Some(wanted));
        let met = self.compared.entry((line, format!("{field} {wanted}"))).or_default();
        *met = *met || !same.is_empty();
        let outer = &scopes[..scopes.len() - 1];
        Some((within(outer, same), within(outer, other)))
    }

    /// A comparison that nothing ever passes is a misspelt one.
    fn never(&mut self) {
        for ((line, compared), met) in std::mem::take(&mut self.compared) {
            if !met {
                self.fault(line, Some(&compared), "nothing is ever that");
            }
        }
    }

    fn inline(&mut self, block: &'r DecoratorTemplate, line: usize) {
        let name = match block.params.first() {
            Some(Parameter::Literal(Value::String(name))) if block.name.as_name() == Some("inline") => name,
            _ => return self.fault(line, None, "the only decorator used here is #*inline with a name in quotes"),
        };
        if let Some(template) = &block.template {
            self.inlines.insert(name.clone(), template);
        }
    }

    fn partial(&mut self, partial: &'r DecoratorTemplate, line: usize, scopes: &Scopes<'_>) {
        let name = partial.name.as_name().unwrap_or_default().to_owned();
        if !partial.hash.is_empty() {
            return self.fault(line, Some(&name), "a partial gets a field or nothing, no parameters of its own");
        }
        let here = match partial.params.first() {
            Some(param) => self.value(param, line, scopes),
            None => scopes.last().cloned().unwrap_or_default(),
        };
        let Some(template) = self.inlines.get(&name).copied() else {
            // A partial that is a file is followed on its own, under its own name.
            if self.registry.get_template(&name).is_none() {
                self.fault(line, Some(&name), "there is no such partial");
            }
            return;
        };
        let pointers = here.iter().map(|(pointer, _)| pointer.clone()).collect();
        if self.entered.insert((name, pointers)) {
            let inside = if partial.params.is_empty() { scopes.clone() } else { within(scopes, here) };
            self.template(template, &inside);
        }
    }

    /// The values that a parameter may have; a field that nothing has is a fault.
    fn value<'v>(&mut self, parameter: &'r Parameter, line: usize, scopes: &Scopes<'v>) -> Vec<Seen<'v>> {
        match parameter {
            Parameter::Literal(_) => Vec::new(),
            Parameter::Subexpression(inner) => {
                match inner.element.as_ref() {
                    TemplateElement::Expression(call) if call.name.as_name() == Some("eq") => {
                        for param in &call.params {
                            self.value(param, line, scopes);
                        }
                    }
                    _ => self.fault(line, None, "the only helper inside parentheses is (eq a b)"),
                }
                Vec::new()
            }
            Parameter::Name(_) | Parameter::Path(_) => {
                let path = parameter.as_name().unwrap_or_default();
                self.path(path, line, scopes)
            }
            _ => {
                self.fault(line, None, "the lint does not know this kind of tag");
                Vec::new()
            }
        }
    }

    fn path<'v>(&mut self, path: &str, line: usize, scopes: &Scopes<'v>) -> Vec<Seen<'v>> {
        let mut rest = path;
        let mut up = 0;
        while let Some(outer) = rest.strip_prefix("../") {
            (rest, up) = (outer, up + 1);
        }
        if let Some(local) = rest.strip_prefix('@') {
            if !["first", "last", "index"].contains(&local) {
                self.fault(line, Some(path), "there is no such field");
            }
            return Vec::new();
        }
        let Some(start) = scopes.len().checked_sub(up + 1).and_then(|index| scopes.get(index)) else {
            self.fault(line, Some(path), "there is nothing further out");
            return Vec::new();
        };
        // A scope that is empty comes from a list of a shape that nothing of the exemplar has; its own path has been told already.
        if start.is_empty() {
            return Vec::new();
        }
        let steps = rest.split(['.', '/']).filter(|step| !step.is_empty() && *step != "this");
        let mut here = start.clone();
        for step in steps {
            here = here.iter().filter_map(|(at, value)| Some((format!("{at}/{step}"), value.get(step)?))).collect();
        }
        if here.is_empty() {
            self.fault(line, Some(path), "there is no such field");
        }
        self.found.uses.extend(here.iter().map(|(pointer, _)| Use { line, pointer: pointer.clone() }));
        here
    }
}

fn within<'v>(outer: &[Vec<Seen<'v>>], here: Vec<Seen<'v>>) -> Scopes<'v> {
    outer.iter().cloned().chain([here]).collect()
}

fn items<'v>((at, value): &Seen<'v>) -> Vec<Seen<'v>> {
    match value {
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (format!("{at}/{index}"), item)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => Vec::new(),
    }
}
