// systemd's manager on the bus (org.freedesktop.systemd1(5)), through libsystemd.
#pragma once
#include <systemd/sd-bus.h>

#include <memory>
#include <string>
#include <vector>

namespace scope {

struct Unref {
    void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Bus = std::unique_ptr<sd_bus, Unref>;
using Message = std::unique_ptr<sd_bus_message, Unref>;

/// What the bus or systemd said, thrown: this program is one request long.
struct Failure {
    std::string text;
    std::string name = {};  // of the D-Bus error, if it was one
    int status = 1;         // the program's
};

/// The system bus; where none runs, systemd's own socket, as systemctl does it.
Bus connect();
/// A call to systemd's manager.
Message request(sd_bus* bus, const char* method);
Message call(sd_bus* bus, sd_bus_message* request);
/// Throws for a negative value, which is what libsystemd returns for failures.
int check(int result, const char* what);

}  // namespace scope
