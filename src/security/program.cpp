#include "security/program.h"

#include <linux/seccomp.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <span>

namespace security {
namespace {

sock_filter statement(int code, std::uint32_t value) {
    return BPF_STMT(static_cast<std::uint16_t>(code), value);
}

sock_filter jump(int code, std::uint32_t value, std::size_t if_true, std::size_t if_false) {
    return {static_cast<std::uint16_t>(BPF_JMP | code | BPF_K), static_cast<std::uint8_t>(if_true),
            static_cast<std::uint8_t>(if_false), value};
}

sock_filter skip(std::size_t count) {
    return statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(count));
}

sock_filter load(std::size_t offset) {
    return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

sock_filter load_argument(unsigned index) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return load(offsetof(seccomp_data, args) + 8 * index);
#else
    return load(offsetof(seccomp_data, args) + 8 * index + 4);
#endif
}

const sock_filter allow = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};

void append(Code& to, const Code& more) { to.insert(to.end(), more.begin(), more.end()); }

constexpr std::size_t reach = 255;  // of a conditional jump; `skip` any distance

// `below` runs, and does not come back, when the number that was loaded is smaller.
Code unless_at_least(std::uint32_t number, const Code& below) {
    Code code;
    if (below.size() <= reach)
        code = {jump(BPF_JGE, number, below.size(), 0)};
    else
        code = {jump(BPF_JGE, number, 0, 1), skip(below.size())};
    append(code, below);
    return code;
}

Code search(std::span<const Denial> denials) {
    if (denials.empty()) return {allow};
    if (denials.size() == 1) {
        Code code = {jump(BPF_JEQ, denials[0].number, 0, denials[0].body.size())};
        append(code, denials[0].body);
        code.push_back(allow);
        return code;
    }
    const auto middle = denials.size() / 2;
    auto code = unless_at_least(denials[middle].number, search(denials.first(middle)));
    append(code, search(denials.subspan(middle)));
    return code;
}

Code guard(unsigned index, const std::vector<sock_filter>& tests, const Code& body) {
    Code code = {load_argument(index)};
    append(code, tests);
    append(code, body);
    return code;
}

// One test to a value; a hit goes to `hit` instructions behind the tests, the last miss to `miss`.
struct Targets {
    std::size_t hit = 0;
    std::size_t miss = 0;
};
std::vector<sock_filter> compare(const std::vector<std::uint32_t>& values, const Targets& targets) {
    std::vector<sock_filter> tests;
    for (std::size_t at = 0; at < values.size(); ++at) {
        const auto left = values.size() - at - 1;
        tests.push_back(
            jump(BPF_JEQ, values[at], left + targets.hit, left == 0 ? targets.miss : 0));
    }
    return tests;
}

}  // namespace

Code deny(int error_number) {
    return {
        statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error_number))};
}

Code when_argument_is(unsigned index, const std::vector<std::uint32_t>& values, const Code& body) {
    return guard(index, compare(values, {.hit = 0, .miss = body.size()}), body);
}

Code unless_argument_is(unsigned index, const std::vector<std::uint32_t>& values,
                        const Code& body) {
    return guard(index, compare(values, {.hit = body.size(), .miss = 0}), body);
}

Code when_argument_has(unsigned index, std::uint32_t mask, const Code& body) {
    return guard(index, {jump(BPF_JSET, mask, 0, body.size())}, body);
}

Code when_low_bits_are(unsigned index, const std::vector<std::uint32_t>& values, const Code& body) {
    Code tests = {statement(BPF_ALU | BPF_AND | BPF_K, 15)};
    append(tests, compare(values, {.hit = 0, .miss = body.size()}));
    return guard(index, tests, body);
}

Code both(const Code& first, const Code& second) {
    auto code = first;
    append(code, second);
    return code;
}

Code assemble(std::vector<Architecture> architectures) {
    Code code = {load(offsetof(seccomp_data, arch))};
    for (auto& one : architectures) {
        std::sort(
            one.denials.begin(), one.denials.end(),
            [](const Denial& left, const Denial& right) { return left.number < right.number; });
        Code block = {load(offsetof(seccomp_data, nr))};
        if (one.foreign_from != 0) {
            // -1 is a call that a debugger has replaced: what it answers stands
            block.push_back(jump(BPF_JEQ, ~std::uint32_t{0}, 0, 1));
            block.push_back(allow);
            block.push_back(jump(BPF_JGE, one.foreign_from, 0, 1));
            append(block, deny(ENOSYS));
        }
        append(block, search(one.denials));
        code.push_back(jump(BPF_JEQ, one.id, 1, 0));
        code.push_back(skip(block.size()));
        append(code, block);
    }
    append(code, deny(ENOSYS));
    return code;
}

}  // namespace security
