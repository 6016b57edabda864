#include "scope/bus.h"

#include <cstring>

namespace scope {
namespace {

constexpr std::uint64_t patience =
    20'000'000;  // microseconds: a manager that is busy with a reload answers late

}  // namespace

int check(int result, const char* what) {
    if (result < 0) throw Failure{std::string(what) + ": " + std::strerror(-result)};
    return result;
}

Bus connect() {
    sd_bus* bus = nullptr;
    if (sd_bus_open_system(&bus) >= 0) return Bus(bus);
    check(sd_bus_new(&bus), "a connection to systemd");
    Bus own(bus);
    check(sd_bus_set_address(bus, "unix:path=/run/systemd/private"), "the address of systemd");
    check(sd_bus_start(bus), "neither the system bus nor /run/systemd/private answers");
    return own;
}

Message request(sd_bus* bus, const char* method) {
    sd_bus_message* message = nullptr;
    check(sd_bus_message_new_method_call(bus, &message, "org.freedesktop.systemd1",
                                         "/org/freedesktop/systemd1",
                                         "org.freedesktop.systemd1.Manager", method),
          method);
    return Message(message);
}

Message call(sd_bus* bus, sd_bus_message* request) {
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message* reply = nullptr;
    const int result = sd_bus_call(bus, request, patience, &error, &reply);
    Message answer(reply);
    if (result >= 0) return answer;
    Failure failure{error.message ? error.message : std::strerror(-result),
                    error.name ? error.name : ""};
    sd_bus_error_free(&error);
    throw failure;
}

}  // namespace scope
