mod ui;

fn main() {
    let _ = ui::router();
}
