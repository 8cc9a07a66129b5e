//! A Handlebars that says no: strict fields everywhere, five helpers and no way around the escape.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonTruthy, Output, PathAndJson, RenderContext, RenderError,
    RenderErrorReason, Renderable, ScopedJson,
};

use crate::error::TemplateFault;

/// The helpers a letter's template may use. All others, `lookup`, `raw` and `log` among them, are taken out of the registry.
pub(crate) const HELPERS: [&str; 5] = ["if", "unless", "each", "with", "eq"];

const UNWANTED: [&str; 11] = ["lookup", "raw", "log", "ne", "gt", "gte", "lt", "lte", "and", "or", "not"];

/// An empty registry with one escape.
pub(crate) fn registry(escape: fn(&str) -> String) -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    registry.register_escape_fn(escape);
    for name in UNWANTED {
        registry.unregister_helper(name);
    }
    registry.unregister_helper("len");
    registry.register_helper("if", Box::new(Condition { wanted: true }));
    registry.register_helper("unless", Box::new(Condition { wanted: false }));
    registry.register_helper("eq", Box::new(Equal));
    registry
}

/// Compiles one template into a registry, under its path; the path without `.hbs` is its name as a partial.
pub(crate) fn register(registry: &mut Handlebars<'static>, name: &str, text: &str) -> Result<(), TemplateFault> {
    let unreadable = |error: &handlebars::TemplateError| TemplateFault {
        template: name.to_owned(),
        line: error.pos().map(|(line, _)| line),
        field: None,
        what: error.reason().to_string(),
    };
    registry.register_template_string(name, text).map_err(|error| unreadable(&error))?;
    if let Some(partial) = name.strip_suffix(".hbs") {
        registry.register_partial(partial, text).map_err(|error| unreadable(&error))?;
    }
    Ok(())
}

/// The fault behind a failed rendering.
pub(crate) fn fault(template: &str, error: &RenderError) -> TemplateFault {
    let (field, what) = match error.reason() {
        RenderErrorReason::MissingVariable(Some(field)) => (Some(field.clone()), "there is no such field".to_owned()),
        RenderErrorReason::MissingVariable(None) => (None, "a field is missing".to_owned()),
        other => (None, other.to_string()),
    };
    let mut template = error.template_name.clone().unwrap_or_else(|| template.to_owned());
    // As a partial a file is known without its ending; its author knows it with it.
    if !template.contains(".hbs") {
        template.push_str(".hbs");
    }
    TemplateFault { template, line: error.line_no, field, what }
}

fn present<'a, 'rc>(helper: &'a Helper<'rc>, index: usize) -> Result<&'a PathAndJson<'rc>, RenderError> {
    let param =
        helper.param(index).ok_or_else(|| RenderErrorReason::Other(format!("`{}` needs a value", helper.name())))?;
    if param.is_value_missing() {
        return Err(RenderErrorReason::MissingVariable(param.relative_path().cloned()).into());
    }
    Ok(param)
}

/// `{{#if}}` and `{{#unless}}` that do not take a missing field for «no».
struct Condition {
    wanted: bool,
}

impl HelperDef for Condition {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let holds = present(helper, 0)?.value().is_truthy(false) == self.wanted;
        match if holds { helper.template() } else { helper.inverse() } {
            Some(template) => template.render(registry, context, render, out),
            None => Ok(()),
        }
    }
}

/// `(eq a b)`; it gives a value and writes nothing, so the escape stays in charge.
struct Equal;

impl HelperDef for Equal {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let equal = present(helper, 0)?.value() == present(helper, 1)?.value();
        Ok(ScopedJson::Derived(equal.into()))
    }
}
