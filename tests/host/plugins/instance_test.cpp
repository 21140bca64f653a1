#include "host/plugins/instance.h"

#include <gtest/gtest.h>

#include "host/plugins/registry.h"
#include "host/plugins/transport.h"
#include "test_host.h"

namespace sr::host {
namespace {

class InstanceTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* file : {"create_fails.so", "good.so"}) {
      ASSERT_TRUE(registry_.load_file(std::filesystem::path(SR_FIXTURE_DIR) / file).ok());
    }
  }

  Result<std::shared_ptr<Instance>> create(const char* type) {
    const auto& component = *registry_.find("transport", type)->component;
    std::vector<OptionProblem> problems;
    options_ = Options::check(component, {}, "/", problems);
    EXPECT_TRUE(problems.empty());
    return Instance::create(component, options_, host_.api, "transport web");
  }

  Registry registry_;
  Options options_;
  TestHost host_;
};

TEST_F(InstanceTest, AFailureNamesTheOption) {
  const auto made = create("bad-option");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, SR_INVALID_ARGUMENT);
  EXPECT_EQ(made.error().option, "listen");
  EXPECT_EQ(made.error().text(), "[transport web] \"127.0.0.1:0\" is not an address");
}

TEST_F(InstanceTest, ExceptionsStayInThePlugin) {
  EXPECT_EQ(create("throws").error().text(), "[transport web] the radio is broken");
  EXPECT_EQ(create("throws").error().code, SR_INTERNAL);
  EXPECT_EQ(create("throws-other").error().text(),
            "[transport web] the plugin threw something that is not an exception");
}

TEST_F(InstanceTest, SuccessWithoutAnInstanceIsAFailure) {
  EXPECT_EQ(create("makes-nothing").error().text(),
            "[transport web] create() reported success but made nothing; this is a defect of the "
            "plugin");
}

TEST_F(InstanceTest, AFailureWithoutAReasonStillHasASentence) {
  const auto made = create("silent");
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, SR_UNAVAILABLE);
  EXPECT_EQ(made.error().text(), "[transport web] the plugin gave no reason");
}

TEST_F(InstanceTest, APluginInC) {
  auto made = create("good");
  ASSERT_TRUE(made.ok());
  LoadedTransport transport(*made);
  EXPECT_EQ(transport.address(), "nowhere");
  const auto sent = transport.send(1, "hello");
  EXPECT_EQ(sent.error().code, SR_NOT_FOUND);
  EXPECT_EQ(sent.error().text(), "[transport web] nobody is connected");
  const auto answered = transport.respond(1, {});
  EXPECT_EQ(answered.error().code, SR_UNSUPPORTED);
  EXPECT_EQ(answered.error().text(), "[transport web] this transport carries no HTTP requests");
}

}  // namespace
}  // namespace sr::host
