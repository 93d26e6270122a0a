//! Reads `recipes`: the names of plugins, alone or with parameters. Whether there are such plugins is not known here.

use job::{AUTO, RecipeRequest};
use limits::Limits;
use serde_json::{Map, Value, json};

use super::{
    fields::Fields,
    form::{Kind, optional, reference},
    problem::Step,
};

/// The recipes that were asked for, each with its place in the list; nothing where the field is absent or null.
#[derive(Debug)]
pub(super) struct Recipes {
    /// Entries at most.
    max: usize,
    /// Octets of JSON of the parameters of one, at most.
    params_bytes: usize,
}

impl Kind for Recipes {
    type Value = Option<Vec<(usize, RecipeRequest)>>;

    fn read(&self, name: &'static str, fields: &mut Fields<'_>) -> Option<Self::Value> {
        match fields.raw(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::String(word)) if word == AUTO => Some(Some(vec![(0, RecipeRequest::named(AUTO))])),
            Some(Value::Array(entries)) => self.list(name, fields, entries).map(Some),
            Some(_) => {
                fields.add("list_type", name, "Input should be a list of recipes, or 'auto'");
                None
            }
        }
    }

    fn schema(&self) -> Value {
        optional(LIST)
    }

    fn named(&self) -> Vec<(&'static str, Value)> {
        let list = json!({
            "description": "Recipes to run.",
            "oneOf": [
                { "type": "string", "const": AUTO, "description": "All recipes that fit the device." },
                { "type": "array", "maxItems": self.max, "items": reference(ENTRY) },
            ],
        });
        let entry = json!({
            "description": "A recipe to run: its name or `auto`, alone or with parameters.",
            "oneOf": [{ "type": "string", "minLength": 1 }, reference(WITH_PARAMS)],
        });
        let with_params = json!({
            "type": "object",
            "description": "A recipe and its parameters.",
            "required": ["name"],
            "properties": {
                "name": { "type": "string", "minLength": 1, "description": "Its name.", "examples": ["arp"] },
                "params": {
                    "type": ["object", "null"],
                    "additionalProperties": true,
                    "description": "Its parameters, as `params_schema` of `GET /plugins/{name}` describes them.",
                },
            },
        });
        vec![(LIST, list), (ENTRY, entry), (WITH_PARAMS, with_params)]
    }
}

const LIST: &str = "RecipeList";
const ENTRY: &str = "RecipeEntry";
const WITH_PARAMS: &str = "RecipeWithParams";

impl Recipes {
    pub(super) fn within(limits: &Limits) -> Self {
        Self { max: limits.requests.recipes, params_bytes: limits.requests.params_bytes }
    }

    /// The entries whose names can be read, with their places.
    fn list(
        &self,
        name: &'static str,
        fields: &mut Fields<'_>,
        entries: &[Value],
    ) -> Option<Vec<(usize, RecipeRequest)>> {
        let max = self.max;
        if entries.len() > max {
            fields.add("too_long", name, format!("List should have at most {max} items"));
            return None;
        }
        let mut read = Vec::with_capacity(entries.len());
        for (place, entry) in entries.iter().enumerate() {
            read.extend(self.recipe(name, fields, place, entry).map(|requested| (place, requested)));
        }
        Some(read)
    }

    fn recipe(
        &self,
        list: &'static str,
        fields: &mut Fields<'_>,
        place: usize,
        entry: &Value,
    ) -> Option<RecipeRequest> {
        let at = |field| [Step::Index(place), Step::name(field)];
        let entry = match entry {
            Value::String(name) => return Some(RecipeRequest::named(name)),
            Value::Object(entry) => entry,
            _ => {
                let msg = "Input should be the name of a recipe, or an object with name and params";
                fields.add_inside("recipe_type", list, &[Step::Index(place)], msg);
                return None;
            }
        };
        let max = self.params_bytes;
        let too_large = |params: &Map<String, Value>| serde_json::to_vec(params).is_ok_and(|json| json.len() > max);
        let params = match entry.get("params") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(params)) if too_large(params) => {
                let msg = format!("Parameters should have at most {} of JSON", snmp::size(max));
                fields.add_inside("too_long", list, &at("params"), msg);
                Map::new()
            }
            Some(Value::Object(params)) => params.clone(),
            Some(_) => {
                fields.add_inside("dict_type", list, &at("params"), "Input should be a valid dictionary");
                Map::new()
            }
        };
        match entry.get("name") {
            Some(Value::String(name)) => return Some(RecipeRequest { name: name.clone(), params }),
            Some(_) => fields.add_inside("string_type", list, &at("name"), "Input should be a valid string"),
            None => fields.add_inside("missing", list, &at("name"), "Field required"),
        }
        None
    }
}
