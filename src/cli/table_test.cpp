#include "cli/table.h"

#include <gtest/gtest.h>

namespace {

const cli::Table sample = {{"Name", "State", "Directory"},
                           {{"mywpar01", "D", "/wpars/mywpar01"}, {"x", "", "/"}, {"y", "A", ""}}};

TEST(Table, ColumnsAlignAndLinesEndWithoutBlanks) {
    EXPECT_EQ(cli::aligned(sample, true),
              "Name      State  Directory\n"
              "---------------------------------\n"
              "mywpar01  D      /wpars/mywpar01\n"
              "x                /\n"
              "y         A\n");
}

TEST(Table, WithoutHeaderTitlesTakeNoRoom) {
    EXPECT_EQ(cli::aligned({{"A long title", "B"}, {{"a", "b"}}}, false), "a  b\n");
}

TEST(Table, DelimitersWithinValuesAreEscaped) {
    const cli::Table table = {{"name", "address"}, {{"web", "fd00::1"}, {"a\\b", ""}}};
    EXPECT_EQ(cli::delimited(table, true, ":"), "#name:address\nweb:fd00\\:\\:1\na\\\\b:\n");
    EXPECT_EQ(cli::delimited(table, false, "::"), "web::fd00\\::1\na\\\\b::\n");
}

TEST(Table, ParagraphValuesBeginInTheirColumn) {
    EXPECT_EQ(cli::paragraph({{"Type", "S"}, {"Directory", ""}, {"Private /usr", "no"}}, 26),
              "Type:                    S\n"
              "Directory:\n"
              "Private /usr:            no\n");
    EXPECT_EQ(cli::paragraph({{"A label", "x"}}, 3), "A label: x\n");
}

TEST(Table, ListsWrapUnderTheirFirstWord) {
    const std::vector<std::string> words(12, "PV_NET_PORT");
    const auto text = cli::wrapped_list("Privileges", words, 15);
    EXPECT_EQ(text.substr(0, 27), "Privileges:   PV_NET_PORT,P");
    const auto second = text.substr(text.find('\n') + 1);
    EXPECT_EQ(second.substr(0, 26), "              PV_NET_PORT,");
    EXPECT_TRUE(text.ends_with("PV_NET_PORT\n"));
    EXPECT_EQ(cli::wrapped_list("Privileges", {}, 15), "Privileges:\n");
}

}  // namespace
