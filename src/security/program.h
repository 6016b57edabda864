// A seccomp program under construction: system call numbers in a search tree, so that each call
// passes a dozen instructions and not the whole list. seccomp(2), bpf jumps are relative and
// forward only.
#pragma once
#include <linux/filter.h>

#include <cstdint>
#include <vector>

namespace security {

using Code = std::vector<sock_filter>;

struct Denial {
    std::uint32_t number = 0;  // of the system call
    Code body = {};            // runs for it; running off its end allows the call
};

Code deny(int error_number);  // the call fails with it
/// The body only when the low half of argument `index` has one of these values / has all bits of a
/// mask. The kernel reads only 32 bits of such arguments.
Code when_argument_is(unsigned index, const std::vector<std::uint32_t>& values, const Code& body);
Code when_argument_has(unsigned index, std::uint32_t mask, const Code& body);
/// ... when it is none of these.
Code unless_argument_is(unsigned index, const std::vector<std::uint32_t>& values, const Code& body);
/// ... when its low four bits are one of these: the type of a socket, without SOCK_CLOEXEC and its
/// like.
Code when_low_bits_are(unsigned index, const std::vector<std::uint32_t>& values, const Code& body);
Code both(const Code& first, const Code& second);

struct Architecture {
    std::uint32_t id = 0;  // AUDIT_ARCH_...
    std::uint32_t foreign_from =
        0;  // numbers from here on belong to another ABI (x32) and do not exist; 0: none
    std::vector<Denial> denials = {};  // in any order, each number once
};
/// Calls of an architecture that is not listed fail with ENOSYS.
Code assemble(std::vector<Architecture> architectures);

}  // namespace security
