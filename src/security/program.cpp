#include "security/program.h"

#include <linux/seccomp.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>

namespace security {
namespace {

constexpr std::size_t group = 4;  // so few numbers are compared one by one

void search_sorted(Program& program, std::span<const Denial> denials, Label others) {
    using Test = Program::Test;
    if (denials.size() <= group) {
        for (const auto& denial : denials)
            program.test(Test::equal, denial.number, {.yes = denial.target});
        program.go(others);
        return;
    }
    const auto middle = denials.size() / 2;
    const auto upper = program.label();
    program.test(Test::at_least, denials[middle].number, {.yes = upper});
    search_sorted(program, denials.first(middle), others);
    program.place(upper);
    search_sorted(program, denials.subspan(middle), others);
}

}  // namespace

Label Program::label() {
    places_.push_back(0);
    return places_.size() - 1;
}

void Program::place(Label label) { places_[label] = steps_.size(); }

Label Program::here() {
    const auto made = label();
    place(made);
    return made;
}

void Program::add(int code, std::uint32_t value, const Branch& branch) {
    steps_.push_back({{static_cast<std::uint16_t>(code), 0, 0, value}, branch});
}

void Program::load(std::size_t offset) {
    add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

void Program::load_argument(unsigned index) {
    constexpr std::size_t low_half = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4;
    load(offsetof(seccomp_data, args) + std::size_t{8} * index + low_half);
}

void Program::keep_bits(std::uint32_t mask) { add(BPF_ALU | BPF_AND | BPF_K, mask); }

void Program::answer(std::uint32_t verdict) { add(BPF_RET | BPF_K, verdict); }

void Program::go(Label target) { add(BPF_JMP | BPF_JA, 0, {.yes = target}); }

void Program::test(Test how, std::uint32_t value, const Branch& branch) {
    add(BPF_JMP | BPF_K | static_cast<int>(how), value, branch);
}

void Program::test_any(const std::vector<std::uint32_t>& values, const Branch& branch) {
    for (const auto value : values) test(Test::equal, value, {.yes = branch.yes});
    if (branch.no != next) go(branch.no);
}

std::uint32_t Program::distance(std::size_t from, Label target) const {
    return target == next ? 0 : static_cast<std::uint32_t>(places_[target] - from - 1);
}

std::vector<sock_filter> Program::finish() const {
    std::vector<sock_filter> code;
    for (std::size_t at = 0; at < steps_.size(); ++at) {
        auto step = steps_[at].code;
        const auto yes = distance(at, steps_[at].branch.yes);
        const auto no = distance(at, steps_[at].branch.no);
        if (step.code == (BPF_JMP | BPF_JA))
            step.k = yes;
        else if (yes > 255 || no > 255)
            throw std::length_error("seccomp filter: a jump is too long");
        else {
            step.jt = static_cast<std::uint8_t>(yes);
            step.jf = static_cast<std::uint8_t>(no);
        }
        code.push_back(step);
    }
    return code;
}

void search(Program& program, std::vector<Denial> denials, Label others) {
    std::sort(denials.begin(), denials.end(),
              [](const Denial& left, const Denial& right) { return left.number < right.number; });
    search_sorted(program, denials, others);
}

}  // namespace security
