//! What functions take, and that each binding has a line of its own. A tuple hides the names of what it
//! carries: what belongs together is a struct.

use super::syntax::functions::{Function, functions, joined_bindings};
use super::syntax::paths::paths;
use super::{File, interfaces, none, sources};

const MOST_PARAMETERS: usize = 7;
const MOST_OF_A_HANDLER: usize = 4;

/// The functions whose parameters are ours to choose.
fn own_functions(file: &File) -> impl Iterator<Item = Function> {
    functions(&file.text).into_iter().filter(|function| !function.is_imposed)
}

fn tuples(file: &File) -> Vec<String> {
    let found = own_functions(file).filter(|function| function.has_tuple);
    found.map(|f| format!("{}:{}: {} takes a tuple (use a struct)", file.path, f.line, f.name)).collect()
}

fn crowded(file: &File) -> Vec<String> {
    let found = own_functions(file).filter(|function| function.parameters > MOST_PARAMETERS);
    found.map(|f| format!("{}:{}: {} has {} parameters", file.path, f.line, f.name, f.parameters)).collect()
}

/// The handlers that these files mount, each as its module and its name.
fn handlers(routes: &[&File]) -> Vec<[String; 2]> {
    let paths = routes.iter().flat_map(|file| paths(&file.text)).map(|(_, path)| path);
    paths.filter_map(|path| path.last_chunk::<2>().cloned()).collect()
}

/// Handlers of a file with too many extractors.
fn crowded_handlers(file: &File, handlers: &[[String; 2]]) -> Vec<String> {
    let path = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
    let module = path.rsplit('/').next().unwrap();
    let is_mounted = |name: &str| handlers.iter().any(|handler| *handler == [module, name]);
    let found = own_functions(file).filter(|f| f.is_public && f.is_async && is_mounted(&f.name));
    let crowded = found.filter(|f| f.parameters > MOST_OF_A_HANDLER);
    crowded.map(|f| format!("{}:{}: {} has {} parameters", file.path, f.line, f.name, f.parameters)).collect()
}

fn joined(file: &File) -> Vec<String> {
    let lines = joined_bindings(&file.text).into_iter();
    lines.map(|line| format!("{}:{line}: several bindings in one line", file.path)).collect()
}

#[test]
fn parameters_have_names() {
    none(&sources().into_iter().flat_map(tuples).collect::<Vec<_>>());
    let found = |text: &str| tuples(&File::new("src/x.rs", text)).len();
    assert_eq!(
        found(
            "fn f(pair: (A, B)) {} impl X { fn g(&self, (a, b): &(A, B)) {} } trait Y { fn h(p: (A, B)); }"
        ),
        3
    );
    assert_eq!(
        found("impl Y for X { fn h(p: (A, B)) {} } fn f(unit: (), list: &[(A, B)]) { g(|(a, b)| a) }"),
        0
    );
}

#[test]
fn functions_take_few_parameters() {
    none(&sources().into_iter().flat_map(crowded).collect::<Vec<_>>());
    let found = |text: &str| crowded(&File::new("src/x.rs", text)).len();
    let eight = "a: A, b: A, c: A, d: A, e: A, f: A, g: A, h: A";
    assert_eq!(found(&format!("fn f({eight}) {{}}")), 1);
    assert_eq!(
        found(&format!(
            "#[Object] impl X {{ async fn f({eight}) {{}} }} impl Y for X {{ fn g({eight}) {{}} }}"
        )),
        0
    );
}

#[test]
fn handlers_take_fewer() {
    let handlers = handlers(&interfaces("/routes"));
    assert!(handlers.iter().any(|handler| *handler == ["consent", "submit"]), "{handlers:?}");
    none(&interfaces("").into_iter().flat_map(|file| crowded_handlers(file, &handlers)).collect::<Vec<_>>());
    let five = "pub async fn submit(a: A, b: A, c: A, d: A, e: A) {}";
    for (path, count) in
        [("src/http/pages/consent.rs", 1), ("src/http/consent/mod.rs", 1), ("src/http/x.rs", 0)]
    {
        assert_eq!(crowded_handlers(&File::new(path, five), &handlers).len(), count, "{path}");
    }
}

#[test]
fn each_binding_has_its_line() {
    none(&sources().into_iter().flat_map(joined).collect::<Vec<_>>());
    let wrong = File::new("src/x.rs", "fn f() { g(|| { let (a, mut b) = (x, y); }) }");
    assert_eq!(joined(&wrong), ["src/x.rs:1: several bindings in one line"]);
    let right =
        "fn f() { let (a, b) = g(); let (Some(a), true) = (a, b) else { return }; let pair = (a, b); }";
    none(&joined(&File::new("src/x.rs", right)));
}
