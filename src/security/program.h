// A seccomp program under construction. Jumps go to labels, forward only: seccomp(2), bpf. The shorter a program, the less
// every start pays for its translation, so both ABIs share the bodies, and system call numbers are searched as in a tree.
#pragma once
#include <linux/filter.h>

#include <cstdint>
#include <vector>

namespace security {

using Label = std::size_t;

struct Branch {
    Label yes = 0;  // Program::next
    Label no = 0;
};

class Program {
  public:
    static constexpr Label next = 0;  // the following step

    Label label();            // a place that is not known yet
    void place(Label label);  // the next step is there
    Label here();

    void load(std::size_t offset);       // of seccomp_data
    void load_argument(unsigned index);  // its low half; the kernel reads no more of such arguments
    void keep_bits(std::uint32_t mask);  // of what was loaded
    void answer(std::uint32_t verdict);
    void go(Label target);

    enum class Test : std::uint16_t { equal = BPF_JEQ, at_least = BPF_JGE, any_bit = BPF_JSET };
    void test(Test how, std::uint32_t value, const Branch& branch);
    /// `yes` when it is one of the values.
    void test_any(const std::vector<std::uint32_t>& values, const Branch& branch);

    /// With every label placed. Throws std::length_error when a conditional jump would be too long: a rule too many.
    std::vector<sock_filter> finish() const;

  private:
    struct Step {
        sock_filter code = {};
        Branch branch = {};
    };
    void add(int code, std::uint32_t value, const Branch& branch = {});
    std::uint32_t distance(std::size_t from, Label target) const;

    std::vector<Step> steps_;
    std::vector<std::size_t> places_ = {0};  // by label; the first is `next`
};

struct Denial {
    std::uint32_t number = 0;  // of the system call
    Label target = Program::next;
};
/// Goes to the target of the number that was loaded, or to `others`. Any order, each number once.
void search(Program& program, std::vector<Denial> denials, Label others);

}  // namespace security
