// What the tree, overrides, ${…} and redaction promise, beyond the texts of tests/cases/config.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "host/config/components.h"
#include "host/config/interpolate.h"
#include "host/config/overrides.h"
#include "host/config/read.h"
#include "host/config/yaml.h"
#include "host/plugins/instance.h"
#include "tests/host/config/test_plugins.h"

namespace sr::host::config {
namespace {

namespace fs = std::filesystem;

Node decode(const std::string& text, Diagnostics& diagnostics) {
  auto node = decode_yaml(Source::file("a.yaml", text), text, diagnostics);
  return node ? *node : Node{};
}

std::string printed(const Diagnostics& diagnostics) {
  std::ostringstream out;
  diagnostics.print(out);
  return out.str();
}

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("sr_config_" + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

TEST(Tree, PositionsCountFromOneAndInBytes) {
  Diagnostics d;
  const auto root = decode("# top\nü: { a: \"x\", b: [1, two] }\nlist:\n  - k: v\n", d);
  ASSERT_TRUE(d.ok());
  const auto* first = root.member("ü");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->key_at.line, 2);
  EXPECT_EQ(first->key_at.column, 1);
  const auto& a = *first->value.get("a");
  EXPECT_EQ(a.at.column, 10);
  EXPECT_EQ(a.at.length, 3);
  EXPECT_TRUE(a.quoted);
  EXPECT_EQ(a.at.source->character_column(2, a.at.column), 9);
  const auto& item = root.get("list")->items.at(0);
  EXPECT_EQ(item.get("k")->path, "list.0.k");
  EXPECT_EQ(item.get("k")->at.line, 4);
  EXPECT_EQ(item.get("k")->at.column, 8);
}

TEST(Tree, BecomesJsonByTheRulesOfYaml12) {
  Diagnostics d;
  const auto root = decode(
      "{a: 1, b: -2.5, c: true, d: yes, e: '1', f: ~, g: 1e3, h: inf, i: 08, j: 0x10, k: , "
      "l: [x], m: 18446744073709551616, n: 1.2.3}",
      d);
  EXPECT_EQ(to_json(root).dump(),
            R"({"a":1,"b":-2.5,"c":true,"d":"yes","e":"1","f":null,"g":1000.0,"h":"inf","i":8,)"
            R"("j":"0x10","k":null,"l":["x"],"m":1.8446744073709552e+19,"n":"1.2.3"})");
}

TEST(Tree, MembersKeepTheirOrder) {
  Diagnostics d;
  EXPECT_EQ(to_json(decode("z: 1\na: 2\nm: 3\n", d)).dump(), R"({"z":1,"a":2,"m":3})");
}

TEST(Interpolation, EveryForm) {
  const Folder folder;
  const auto file = folder.write("token", "from a file\n\n");
  setenv("SR_T_SET", "value", 1);
  setenv("SR_T_EMPTY", "", 1);
  setenv("SR_T_TRICK", "x, b: 2 }\nevil: ${SR_T_SET}", 1);
  Diagnostics d;
  auto root = decode("a: ${SR_T_SET}\nb: x${SR_T_NONE:-y}z\nc: '${SR_T_EMPTY}'\n"
                     "d: '${SR_T_EMPTY:-d}'\ne: '${SR_T_SET:?must}'\nf: $${SR_T_SET} $x $1 $\n"
                     "g: ${file:" + file.string() + "}\nh: ${file:token}\n"
                     "i: '{ ${SR_T_TRICK}'\nj: ${SR_T_NONE:-${SR_T_NONE:-deep}}\n"
                     "${SR_T_SET}: key\nk: \"${SR_T_NONE:-}\"\nl: pa$$$${x}\n",
                     d);
  interpolate(root, folder.path(), d);
  EXPECT_TRUE(d.ok()) << printed(d);
  const auto text = [&](const char* key) { return root.get(key)->text; };
  EXPECT_EQ(text("a"), "value");
  EXPECT_EQ(text("b"), "xyz");
  EXPECT_EQ(text("c"), "");
  EXPECT_EQ(text("d"), "d");
  EXPECT_EQ(text("e"), "value");
  EXPECT_EQ(text("f"), "${SR_T_SET} $x $1 $");
  EXPECT_EQ(text("g"), "from a file\n");  // only the final newline goes
  EXPECT_EQ(text("h"), "from a file\n");
  EXPECT_TRUE(root.get("h")->secret);
  EXPECT_FALSE(root.get("a")->secret);
  // What a variable holds is text: no structure comes of it and nothing in it is expanded.
  EXPECT_EQ(text("i"), "{ x, b: 2 }\nevil: ${SR_T_SET}");
  EXPECT_EQ(root.get("evil"), nullptr);
  EXPECT_EQ(text("j"), "deep");
  EXPECT_NE(root.get("${SR_T_SET}"), nullptr) << "keys are not touched";
  EXPECT_EQ(text("k"), "");
  EXPECT_EQ(text("l"), "pa$${x}");
  for (const char* name : {"SR_T_SET", "SR_T_EMPTY", "SR_T_TRICK"}) unsetenv(name);
}

TEST(Interpolation, AnErrorPointsAtTheReference) {
  Diagnostics d;
  auto root = decode("a:\n  b: \"http://${SR_T_NONE}:80\"\n", d);
  interpolate(root, ".", d);
  ASSERT_EQ(d.errors(), 1u);
  EXPECT_EQ(d.all()[0].at.line, 2);
  EXPECT_EQ(d.all()[0].at.column, 14);
  EXPECT_EQ(d.all()[0].at.length, 12);
}

TEST(Overrides, ReplaceAndAdd) {
  Diagnostics d;
  auto root = decode("a: { b: 1, c: [x, y] }\n", d);
  apply_overrides(root,
                  {"a.b=2", "a.c.1=z", "a.c.2=new", "d.e.f=deep", "g=[1, {h: 2}]", "i=", "j=a=b",
                   "k=a: b", "l='{a: 1}'", "m=\"[x]\"", "n='tis"},
                  d);
  EXPECT_TRUE(d.ok()) << printed(d);
  EXPECT_EQ(to_json(root).dump(),
            R"({"a":{"b":2,"c":["x","z","new"]},"d":{"e":{"f":"deep"}},"g":[1,{"h":2}],"i":"",)"
            R"("j":"a=b","k":"a: b","l":"{a: 1}","m":"[x]","n":"'tis"})");
  EXPECT_EQ(root.get("a")->get("b")->at.source->name(), "--set a.b=…");
  EXPECT_EQ(root.get("a")->get("b")->at.line, 0);
  EXPECT_EQ(root.get("d")->get("e")->get("f")->path, "d.e.f");
}

TEST(Overrides, AreInterpolatedAndMayHideAMissingVariable) {
  Diagnostics d;
  auto root = decode("a: ${SR_T_NONE}\n", d);
  apply_overrides(root, {"a=${SR_T_NONE:-fine}"}, d);
  interpolate(root, ".", d);
  EXPECT_TRUE(d.ok()) << printed(d);
  EXPECT_EQ(root.get("a")->text, "fine");
}

TEST(Redaction, BlocksAndQuotesOverSeveralLines) {
  Diagnostics d;
  const std::string text =
      "a: |\n  hunter2\n  hunter3\nb: \"hunter2\n  hunter3\"\nc: 'x''hunter2' # end\nd: plain\n"
      "  hunter2\ne: fine\n";
  auto root = decode(text, d);
  for (const char* key : {"a", "b", "c", "d"}) {
    make_secret(const_cast<Node&>(*root.get(key)), d);
  }
  const auto& source = *root.at.source;
  std::string all;
  for (int i = 1; i <= source.line_count(); ++i) all += source.show(i, 1, 1).text + "\n";
  EXPECT_EQ(all.find("hunter"), std::string::npos) << all;
  EXPECT_NE(all.find("c: [redacted] # end"), std::string::npos) << all;
  EXPECT_NE(all.find("e: fine"), std::string::npos) << all;
}

TEST(Redaction, MessagesLoseTheSecretToo) {
  Diagnostics d;
  auto root = decode("a: swordfish\n", d);
  make_secret(const_cast<Node&>(*root.get("a")), d);
  d.error({}, "cannot log in as swordfish");
  EXPECT_EQ(printed(d), "error: cannot log in as [redacted]\n1 error. Nothing was started.\n");
}

TEST(Redaction, TextThatCannotBeDecodedHidesWhatSoundsSecret) {
  Diagnostics d;
  decode("a:\n  password: |\n    hunter2\n    hunter3: [\n  b: [\n", d);
  decode("{ api_token: hunter2, b: ] }\n", d);
  decode("db_password: \"hunter2\n", d);
  EXPECT_EQ(d.errors(), 3u);
  EXPECT_EQ(printed(d).find("hunter"), std::string::npos) << printed(d);
}

TEST(Components, OptionsAreReadyForCreate) {
  const Folder folder;
  const auto file = folder.write("d.yaml",
                                 "version: 1\napp: .\n"
                                 "backends:\n  main: { type: cpu, model: models/m, threads: 4 }\n"
                                 "stores: { facts: { type: sqlite, path: /abs/a.db } }\n"
                                 "transports:\n  web: { type: websocket, origins: [a, b] }\n"
                                 "constrainers: { json: { type: json_schema } }\n"
                                 "pipeline: { backend: main, store: facts, constrainer: json }\n");
  Diagnostics d;
  auto deployment = load_deployment(file, {"backends.main.threads=8"}, d);
  Registry registry;
  add_test_plugins(registry);
  const auto checked = check_components(deployment, registry, d);
  ASSERT_TRUE(d.ok()) << printed(d);
  ASSERT_EQ(checked.size(), 4u);
  const auto& options = checked.at({"backend", "main"}).options;
  EXPECT_EQ(options.find("model")->text, (folder.path() / "models/m").string());
  EXPECT_EQ(options.find("threads")->integer, 8);
  EXPECT_EQ(options.find("precision")->text, "bf16");
  EXPECT_EQ(checked.at({"store", "facts"}).options.find("path")->text, "/abs/a.db");
  EXPECT_EQ(checked.at({"transport", "web"}).options.find("origins")->items.size(), 2u);
  EXPECT_EQ(deployment.limits.message_size, 64u << 10);
  EXPECT_EQ(deployment.limits.events_per_second, 20);
  EXPECT_EQ(deployment.log_level, "warn");
}

TEST(Components, AFailedCreateIsPlacedAtTheOptionItBlames) {
  const Folder folder;
  const auto file = folder.write("d.yaml",
                                 "version: 1\napp: .\nbackends:\n"
                                 "  main: { type: cpu, model: m, licence: swordfish }\n");
  Diagnostics d;
  auto deployment = load_deployment(file, {}, d);
  Registry registry;
  add_test_plugins(registry);
  const auto checked = check_components(deployment, registry, d);
  const auto& component = checked.at({"backend", "main"});
  sr_host_api api{};
  api.struct_size = sizeof api;
  const auto made = Instance::create(*component.component, component.options, api, "backend main");
  ASSERT_FALSE(made.ok());
  // A run reports what create() said apart from the check before it.
  Diagnostics later;
  place(*deployment.find("backend", "main"), made.error(), later);
  place(*deployment.find("backend", "main"), Error{SR_DENIED, "", "bad licence swordfish", ""},
        later);
  ASSERT_EQ(later.errors(), 2u);
  EXPECT_EQ(later.all()[0].what, "backends.main.model: there is no model in this folder");
  EXPECT_EQ(later.all()[0].at.line, 4);
  EXPECT_EQ(later.all()[0].at.column, 29);
  EXPECT_EQ(later.all()[1].at.column, 3);
  EXPECT_EQ(printed(later).find("swordfish"), std::string::npos) << printed(later);
}

TEST(Deployment, AFileThatIsNotThere) {
  Diagnostics d;
  load_deployment("no/such.yaml", {}, d);
  EXPECT_EQ(printed(d), "no/such.yaml: error: no such file\n1 error. Nothing was started.\n");
}

TEST(Deployment, ARefusedPluginOfThatNameIsExplained) {
  const Folder folder;
  folder.write("cuda.so", "not a library");
  const auto file = folder.write("d.yaml", "backends:\n  main: { type: cuda, model: m }\n");
  Diagnostics d;
  auto deployment = load_deployment(file, {}, d);
  Registry registry;
  registry.load_directories({folder.path()});
  check_components(deployment, registry, d);
  bool told = false;
  for (const auto& each : d.all()) {
    told = told || each.note.find("cuda.so was refused: ") != std::string::npos;
  }
  EXPECT_TRUE(told) << printed(d);
}

}  // namespace
}  // namespace sr::host::config
