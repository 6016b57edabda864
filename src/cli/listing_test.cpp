#include "cli/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>

namespace {

using cli::Sheet;
using cli::View;
using registry::Listed;
using registry::State;
using testing::HasSubstr;

Listed system_wpar(const std::string& name, State state) {
    Listed wpar;
    wpar.definition.general.name = name;
    wpar.status.state = state;
    return wpar;
}

Listed application(const std::string& name) {
    auto wpar = system_wpar(name, State::active);
    wpar.definition.general.type = spec::Type::application;
    return wpar;
}

Listed full() {
    auto wpar = system_wpar("web1", State::active);
    auto& wish = wpar.definition;
    wish.general.hostname = "www";
    wish.general.autostart = true;
    wish.general.uuid = "541ba314-c7ca-4f67-bc6e-a9d5eaa8b541";
    wish.networks.push_back(
        {.interface = "en0", .address = "192.168.21.136", .netmask = "255.255.0.0"});
    wish.networks.push_back({.interface = "en0", .address6 = "fd00::1", .prefixlen = "64"});
    wish.routes.push_back({.rtdest = "default", .rtgateway = "192.168.0.1", .rttype = "net"});
    wish.mounts.push_back({.directory = "/", .vfs = "jfs2", .size = "5G"});
    wish.mounts.push_back({.directory = "/srv/a/long/mount/point", .vfs = "directory"});
    wish.resources.CPU = "10-50";
    wish.resources.shares_memory = "5";
    wpar.privileges = {"PV_AU_", "PV_NET_PORT"};
    wpar.devices.push_back({.devname = "/dev/null", .devtype = "pseudo", .devstatus = "EXPORTED"});
    return wpar;
}

std::string shown(const View& view, const std::vector<Listed>& wpars) {
    const auto text = cli::show(view, wpars);
    EXPECT_TRUE(text) << (text ? "" : text.error().text);
    return text ? *text : std::string();
}

TEST(Listing, TheDefaultTableIsThatOfTheArticle) {
    EXPECT_EQ(
        shown({.brief = true}, {system_wpar("mywpar01", State::defined), application("vmstat")}),
        "Name      State  Type  Hostname  Directory\n"
        "-------------------------------------------------\n"
        "mywpar01  D      S     mywpar01  /wpars/mywpar01\n"
        "vmstat    A      A     vmstat    /\n");
}

TEST(Listing, WithoutWparsThereIsNoOutput) {
    EXPECT_EQ(shown({.brief = true}, {}), "");
    EXPECT_EQ(shown({.form = View::Form::delimited}, {}), "");
    EXPECT_EQ(shown({.everything = true}, {}), "");
    EXPECT_EQ(shown({.form = View::Form::json}, {}), "[]\n");
}

TEST(Listing, DelimitedFieldsHaveAHeaderWithAHash) {
    const View view = {.form = View::Form::delimited};
    EXPECT_EQ(shown(view, {full()}),
              "#name:state:type:rootvgwpar:hostname:routing:vipwpar:directory:owner:script:auto:"
              "privateusr:checkpointable:application:ostype:xwparipc:architecture:uuid\n"
              "web1:A:S:no:www:no::/wpars/web1:root::yes:no:no::0:no:none:"
              "541ba314-c7ca-4f67-bc6e-a9d5eaa8b541\n");
}

TEST(Listing, ChosenFieldsComeInTheOrderAskedFor) {
    const View view = {.form = View::Form::delimited,
                       .names = {"state", "name"},
                       .delimiter = " SEP ",
                       .header = false};
    EXPECT_EQ(shown(view, {full()}), "A SEP web1\n");
}

TEST(Listing, AnUnknownFieldIsRefusedWithTheKnownOnes) {
    const View view = {.sheet = Sheet::network, .names = {"adress"}};
    const auto text = cli::show(view, {});
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().kind, Kind::invalid);
    EXPECT_THAT(text.error().text, HasSubstr("interface, address, mask_prefix"));
}

TEST(Listing, AddressesOfAnActiveWparIncludeItsLoopback) {
    const View view = {.sheet = Sheet::network, .form = View::Form::delimited, .header = false};
    EXPECT_EQ(shown(view, {full()}),
              "web1:en0:192.168.21.136:255.255.0.0:192.168.255.255\n"
              "web1:en0:fd00\\:\\:1:64:\n"
              "web1:lo0:127.0.0.1:255.0.0.0:127.255.255.255\n");
    EXPECT_EQ(shown(view, {application("vmstat")}), "");
}

TEST(Listing, WhatIsInEffectGoesBeforeWhatIsWished) {
    auto wpar = full();
    wpar.addresses = {{"en1", "10.0.0.1", "255.0.0.0", "10.255.255.255"}};
    wpar.file_systems = {{"/wpars/web1", "/dev/loop7", "ext4", "", "rw"}};
    EXPECT_THAT(shown({.sheet = Sheet::network}, {wpar}), HasSubstr("web1  en1        10.0.0.1 "));
    EXPECT_EQ(shown({.sheet = Sheet::mounts, .header = false}, {wpar}),
              "web1  /wpars/web1  /dev/loop7  ext4    rw\n");
}

TEST(Listing, OperationIsNoneWhenIdle) {
    const View view = {.sheet = Sheet::operation, .form = View::Form::paragraph};
    EXPECT_EQ(shown(view, {system_wpar("web1", State::defined)}),
              "=================================================================\n"
              "web1 - Defined\n"
              "=================================================================\n"
              "Operation:               none\n"
              "Process ID:\n"
              "Start Time:\n");
}

TEST(Listing, ARunningOperationHasItsPidAndStart) {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    auto wpar = system_wpar("web1", State::transitional);
    wpar.status.operation = registry::Operation{"start", 4711, 1795343467, {}};
    const View view = {.sheet = Sheet::operation, .form = View::Form::delimited, .header = false};
    EXPECT_EQ(shown(view, {wpar}), "web1:start:4711:2026-11-22 10\\:31\\:07 +0000\n");
}

TEST(Listing, LongCutsMountPointsAndHasEverySection) {
    EXPECT_EQ(shown({.form = View::Form::paragraph, .everything = true}, {full()}),
              "=================================================================\n"
              "web1 - Active\n"
              "=================================================================\n"
              "GENERAL\n"
              "Type:                    S\n"
              "RootVG WPAR:             no\n"
              "Owner:                   root\n"
              "Hostname:                www\n"
              "WPAR-Specific Routing:   no\n"
              "Virtual IP WPAR:\n"
              "Directory:               /wpars/web1\n"
              "Start/Stop Script:\n"
              "Auto:                    yes\n"
              "Private /usr:            no\n"
              "Checkpointable:          no\n"
              "Application:\n"
              "OStype:                  0\n"
              "Cross-WPAR IPC:          no\n"
              "Architecture:            none\n"
              "UUID:                    541ba314-c7ca-4f67-bc6e-a9d5eaa8b541\n"
              "\n"
              "NETWORK\n"
              "Interface  Address(6)      Mask/Prefix  Broadcast\n"
              "-----------------------------------------------------------------\n"
              "en0        192.168.21.136  255.255.0.0  192.168.255.255\n"
              "en0        fd00::1         64\n"
              "lo0        127.0.0.1       255.0.0.0    127.255.255.255\n"
              "\n"
              "USER-SPECIFIED ROUTES\n"
              "Type  Destination  Gateway      Interface\n"
              "-----------------------------------------------------------------\n"
              "      default      192.168.0.1\n"
              "\n"
              "FILE SYSTEMS\n"
              "MountPoint              Device  Vfs        Nodename  Options\n"
              "-----------------------------------------------------------------\n"
              "/wpars/web1                     jfs2\n"
              "/wpars/web1/srv/a/l...          directory\n"
              "\n"
              "RESOURCE CONTROLS\n"
              "Active:                             yes\n"
              "Resource Set:\n"
              "CPU Shares:                         unlimited\n"
              "CPU Limits:                         10%-50%,100%\n"
              "Memory Shares:                      5\n"
              "Memory Limits:                      0%-100%,100%\n"
              "Per-Process Virtual Memory Limit:   unlimited\n"
              "Total Virtual Memory Limit:         unlimited\n"
              "Total Processes:                    unlimited\n"
              "Total Threads:                      unlimited\n"
              "Total PTYs:                         unlimited\n"
              "Total Large Pages:                  unlimited\n"
              "Max Message Queue IDs:              100%\n"
              "Max Semaphore IDs:                  100%\n"
              "Max Shared Memory IDs:              100%\n"
              "Max Pinned Memory:                  100%\n"
              "\n"
              "OPERATION\n"
              "Operation:               none\n"
              "Process ID:\n"
              "Start Time:\n"
              "\n"
              "SECURITY SETTINGS\n"
              "Privileges:   PV_AU_,PV_NET_PORT\n"
              "\n"
              "DEVICE EXPORTS\n"
              "Name       Type    Virtual Device  RootVG  Status\n"
              "-----------------------------------------------------------------\n"
              "/dev/null  pseudo                          EXPORTED\n"
              "\n"
              "KERNEL EXTENSIONS\n"
              "Name  Local  Major  Status\n"
              "-----------------------------------------------------------------\n");
}

TEST(Listing, OtherFormsNeverCutMountPoints) {
    const View table = {.sheet = Sheet::mounts};
    EXPECT_THAT(shown(table, {full()}), HasSubstr("/wpars/web1/srv/a/long/mount/point  "));
    const View json = {.form = View::Form::json, .everything = true};
    EXPECT_THAT(shown(json, {full()}), HasSubstr("\"/wpars/web1/srv/a/long/mount/point\""));
}

TEST(Listing, JsonHasTypes) {
    const auto general = nlohmann::json::parse(shown({.form = View::Form::json}, {full()})).at(0);
    EXPECT_EQ(general["name"], "web1");
    EXPECT_EQ(general["auto"], true);
    EXPECT_EQ(general["script"], "");
    const auto whole =
        nlohmann::json::parse(shown({.form = View::Form::json, .everything = true}, {full()}))
            .at(0);
    EXPECT_EQ(whole["state"], "A");
    EXPECT_EQ(whole["general"]["hostname"], "www");
    EXPECT_EQ(whole["network"].size(), 3U);
    EXPECT_EQ(whole["resources"]["CPU"], "10%-50%,100%");
    EXPECT_EQ(whole["security"]["privs"][1], "PV_NET_PORT");
    EXPECT_TRUE(whole["operation"]["pid"].is_null());
    EXPECT_EQ(whole["kernel_extensions"].size(), 0U);
}

TEST(Listing, ABrokenWparTellsWhy) {
    auto wpar = system_wpar("web1", State::broken);
    wpar.status.reason = "umount '/wpars/web1': busy\x1b[2J";
    const View view = {.form = View::Form::paragraph};
    EXPECT_THAT(shown(view, {wpar}),
                HasSubstr("Reason:                  umount '/wpars/web1': busy\\x1b[2J\n"));
    EXPECT_THAT(shown({.form = View::Form::json}, {wpar}), HasSubstr("\"reason\": \"umount"));
}

TEST(Listing, NothingIsWrittenRawToATerminal) {
    EXPECT_THAT(shown({.brief = true}, {system_wpar("a\x1b", State::broken)}), HasSubstr("a\\x1b"));
}

TEST(Listing, FilterLettersAreChecked) {
    EXPECT_EQ(*cli::filter_letters('s', "D,A", "DALFPTB"), "DA");
    EXPECT_FALSE(cli::filter_letters('s', "x", "DALFPTB"));
    EXPECT_FALSE(cli::filter_letters('s', "", "DALFPTB"));
}

}  // namespace
