// What becomes of ORDER BY inside of string_agg, and that nothing else is touched.
#include <gtest/gtest.h>

#include "plugins/stores/sqlite/joining.h"

namespace sr::sqlite {
namespace {

TEST(SqliteTexts, OrderBecomesArguments) {
  const auto is = [](const char* written, const char* read) {
    EXPECT_EQ(order_as_arguments(written), read) << written;
    EXPECT_EQ(order_as_arguments(read), read) << read;
  };
  is("SELECT string_agg(a, ', ' ORDER BY b) FROM t", "SELECT string_agg(a, ', ' , 'a<l', b) FROM t");
  is("SELECT STRING_AGG(a, ',' ORDER BY b DESC, c NULLS FIRST, d DESC NULLS LAST)",
     "SELECT STRING_AGG(a, ',' , 'a>f<f>l', b , c , d  )");
  is("SELECT string_agg(DISTINCT a, ',' ORDER BY a)", "SELECT string_agg( a, ',' , 'd<l', a)");
  is("SELECT string_agg(DISTINCT a, ',')", "SELECT string_agg( a, ',', 'd')");
  is("SELECT string_agg(f(a, b), ',' ORDER BY g(c, d) DESC, CASE WHEN (e) THEN 1 END) ORDER BY h DESC",
     "SELECT string_agg(f(a, b), ',' , 'a>f<l', g(c, d) , CASE WHEN (e) THEN 1 END) ORDER BY h DESC");
  is("SELECT string_agg(a, ',') FILTER (WHERE b) FROM t ORDER BY c DESC",
     "SELECT string_agg(a, ',') FILTER (WHERE b) FROM t ORDER BY c DESC");
  is("SELECT 'string_agg(a ORDER BY b)', \"string_agg\" FROM (SELECT 1 ORDER BY 1 DESC)",
     "SELECT 'string_agg(a ORDER BY b)', \"string_agg\" FROM (SELECT 1 ORDER BY 1 DESC)");
  is("SELECT string_agg((SELECT x ORDER BY y DESC), ',' ORDER BY \"desc\" DESC), string_agg(z, ''",
     "SELECT string_agg((SELECT x ORDER BY y DESC), ',' , 'a>f', \"desc\" ), string_agg(z, ''");
}

}  // namespace
}  // namespace sr::sqlite
