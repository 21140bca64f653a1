#include "host/plugins/registry.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <map>

namespace sr::host {
namespace {

namespace fs = std::filesystem;
const fs::path kFixtures = SR_FIXTURE_DIR;

class Folder {
 public:
  Folder() {
    std::string pattern = testing::TempDir() + "sr-plugins-XXXXXX";
    path = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

std::string undefined() {
  return "cannot be loaded: " + (kFixtures / "undefined_symbol.so").string() +
         ": undefined symbol: nobody_defines_this";
}

// file → the whole sentence.
const std::map<std::string, std::string>& sentences() {
  static const std::string fixture = "plugin \"fixture\": transport \"nothing\"";
  static const std::map<std::string, std::string> all = {
      {"absent.so", "there is no such file"},
      {"text_file.so",
       "is not a shared object that this machine can load (not a whole ELF file of its kind)"},
      {"no_symbol.so", "is not a State Runtime plugin: it has no symbol sr_plugin_v1"},
      {"entry_v2.so",
       "was built for plugin ABI 2, this host speaks 1.2; rebuild it against SDK 1.x"},
      {"undefined_symbol.so", undefined()},
      {"null_descriptor.so", "gave no descriptor: sr_plugin_v1() returned NULL"},
      {"short_plugin.so",
       "the plugin descriptor has 16 bytes, plugin ABI 1.2 needs 56; rebuild it against SDK 1.x"},
      {"other_major.so",
       "was built for plugin ABI 3.2, this host speaks 1.2; rebuild it against SDK 1.x"},
      {"short_component.so",
       "plugin \"fixture\": component 1 has 24 bytes, plugin ABI 1.2 needs 64; rebuild it against "
       "SDK 1.x"},
      {"other_interface.so",
       "plugin \"fixture\": component 1 has the interface \"sr.transport/2\", which this host does "
       "not know; it knows sr.backend/1, sr.store/1, sr.transport/1, sr.constrainer/1"},
      {"bad_type.so",
       "plugin \"fixture\": component 1 has the type \"No Good\"; types are lower-case letters, "
       "digits, _ and -"},
      {"short_table.so", fixture + ": the table of functions has 32 bytes, plugin ABI 1.2 needs 64; "
                                   "rebuild it against SDK 1.x"},
      {"null_entry.so", fixture + " lacks send(), which every transport must have"},
      {"duplicate_option.so", fixture + ": option \"depth\" is declared twice"},
      {"enum_default.so", fixture + ": option \"mode\" has the default \"medium\", which is not one "
                                    "of its choices: fast, slow"},
      {"bad_default.so", fixture + ": option \"wait\" has a bad default: it must be a duration such "
                                   "as 250ms, 5s, 2m or 1h, not \"5 minutes\""},
      {"default_below_minimum.so",
       fixture + ": option \"room\" has a bad default: it must be at least 4KiB, not 1KiB"},
      {"bounds_crossed.so", fixture + ": option \"depth\" has the minimum 9 above the maximum 3"},
      {"unknown_option_type.so",
       fixture + ": option \"shape\" has type 12, this host knows types 1 to 9"},
  };
  return all;
}

TEST(Registry, EachBrokenPluginHasItsSentence) {
  for (const auto& [file, why] : sentences()) {
    Registry registry;
    const auto status = registry.load_file(kFixtures / file);
    ASSERT_FALSE(status.ok()) << file;
    EXPECT_EQ(status.error().what, why) << file;
    EXPECT_EQ(status.error().where, (kFixtures / file).string());
    EXPECT_TRUE(registry.components().empty()) << file;
  }
}

TEST(Registry, ATruncatedPluginIsRefused) {
  const Folder folder;
  std::ifstream whole(kFixtures / "good.so", std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(whole)), {});
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{70}, bytes.size() / 2}) {
    const auto file = folder.path / ("cut" + std::to_string(size) + ".so");
    std::ofstream(file, std::ios::binary) << bytes.substr(0, size);
    Registry registry;
    const auto status = registry.load_file(file);
    ASSERT_FALSE(status.ok()) << size;
    EXPECT_EQ(status.error().what, sentences().at("text_file.so")) << size;
  }
}

TEST(Registry, AWholeDirectory) {
  Registry registry;
  registry.load_directories({kFixtures});
  EXPECT_EQ(registry.types("transport"),
            (std::vector<std::string>{"bad-option", "good", "makes-nothing", "newer", "silent",
                                      "throws", "throws-other"}));
  // duplicate_type.so comes before good.so, so that good.so is the one refused.
  std::map<std::string, std::string> refused;
  for (const auto& r : registry.refused()) refused[r.path.filename()] = r.why;
  EXPECT_EQ(refused.at("good.so"),
            "transport \"good\" of plugin \"good\" (" + (kFixtures / "good.so").string() +
                ") is already offered by plugin \"copycat\" (" +
                (kFixtures / "duplicate_type.so").string() + "); remove one of them");
  refused.erase("good.so");
  auto expected = sentences();
  expected.erase("absent.so");
  EXPECT_EQ(refused, expected);
}

TEST(Registry, FindsByInterfaceAndType) {
  Registry registry;
  ASSERT_TRUE(registry.load_file(kFixtures / "good.so").ok());
  const auto* found = registry.find("transport", "good");
  ASSERT_NE(found, nullptr);
  EXPECT_STREQ(found->plugin->name, "good");
  EXPECT_EQ(found->path, kFixtures / "good.so");
  EXPECT_EQ(registry.find("backend", "good"), nullptr);
  EXPECT_EQ(registry.find("transport", "goods"), nullptr);
}

TEST(Registry, ALaterMinorVersionIsFine) {
  Registry registry;
  EXPECT_TRUE(registry.load_file(kFixtures / "newer_minor.so").ok());
}

TEST(Registry, ALinkIsTheSameFile) {
  const Folder folder;
  fs::create_symlink(kFixtures / "good.so", folder.path / "a.so");
  fs::create_symlink(kFixtures / "good.so", folder.path / "b.so");
  Registry registry;
  registry.load_directories({folder.path, folder.path});
  EXPECT_TRUE(registry.refused().empty());
  EXPECT_EQ(registry.components().size(), 1u);
}

TEST(Registry, ACopyIsAnotherPlugin) {
  const Folder folder;
  fs::copy_file(kFixtures / "good.so", folder.path / "a.so");
  fs::copy_file(kFixtures / "good.so", folder.path / "b.so");
  Registry registry;
  registry.load_directories({folder.path});
  EXPECT_EQ(registry.components().size(), 1u);
  ASSERT_EQ(registry.refused().size(), 1u);
  EXPECT_EQ(registry.refused()[0].path, folder.path / "b.so");
}

TEST(Registry, AFileThatAnybodyMayChangeIsAWarning) {
  const Folder folder;
  const auto file = folder.path / "open.so";
  fs::copy_file(kFixtures / "good.so", file);
  ASSERT_EQ(::chmod(file.c_str(), 0666), 0);
  Registry registry;
  registry.load_directories({folder.path});
  EXPECT_EQ(registry.components().size(), 1u);
  ASSERT_EQ(registry.warnings().size(), 1u);
  EXPECT_EQ(registry.warnings()[0].path, file);
  EXPECT_EQ(registry.warnings()[0].why,
            "can be changed by every user of this machine; remove the right with chmod o-w");
}

TEST(Registry, DirectoriesAreAbsoluteAndThere) {
  const Folder folder;
  Registry registry;
  registry.load_directories({"plugins", folder.path / "none"});
  ASSERT_EQ(registry.refused().size(), 2u);
  EXPECT_EQ(registry.refused()[0].why, "plugin directories must be absolute paths");
  EXPECT_EQ(registry.refused()[1].why,
            "cannot be searched for plugins: No such file or directory");
  EXPECT_EQ(Registry().load_file("good.so").error().what,
            "plugins are loaded from absolute paths only");
  EXPECT_EQ(Registry().load_file(folder.path).error().what, "is not a file");
}

TEST(Registry, WhatIsMissingIsExplained) {
  const Folder folder;
  fs::copy_file(kFixtures / "good.so", folder.path / "good.so");
  fs::copy_file(kFixtures / "entry_v2.so", folder.path / "old.so");
  Registry registry;
  registry.load_directories({folder.path});
  EXPECT_EQ(registry.missing("transport", "godo"),
            "there is no transport \"godo\"; did you mean \"good\"?; loaded: good; searched: " +
                folder.path.string() + "; refused: " + (folder.path / "old.so").string() +
                ": was built for plugin ABI 2, this host speaks 1.2; rebuild it against SDK 1.x");
  EXPECT_EQ(Registry().missing("store", "x"),
            "there is no store \"x\"; loaded: none; searched: none");
}

TEST(Registry, SearchPath) {
  ::setenv("STATE_RUNTIME_PLUGIN_PATH", "/opt/a::/opt/b", 1);
  const auto path = plugin_search_path({"/etc/plugins"});
  ::unsetenv("STATE_RUNTIME_PLUGIN_PATH");
  ASSERT_GE(path.size(), 3u);
  EXPECT_EQ(path[0], "/etc/plugins");
  EXPECT_EQ(path[1], "/opt/a");
  EXPECT_EQ(path[2], "/opt/b");
}

TEST(Registry, InterfaceNames) {
  EXPECT_EQ(interface_name("sr.backend/1"), "backend");
  EXPECT_EQ(interface_name("sr.backend/2"), "");
}

}  // namespace
}  // namespace sr::host
