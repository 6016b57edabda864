// libexec/corral/pack: reads a tree and writes it as a backup. It has no more rights than reading takes.
#include <clocale>

#include "os/packet.h"
#include "pack/protocol.h"
#include "packer/pack.h"

int main() {
    // names that are UTF-8 are stored as such; those that are not, as bytes
    std::setlocale(LC_CTYPE, "C.UTF-8");
    const auto packed = packer::run();
    if (!packed) {
        os::send_error(pack::socket_fd, packed.error());
        return 1;
    }
    return 0;
}
