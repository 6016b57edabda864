// report [--json] <SAMPLES: holds what was measured against the budgets. Each line of the samples is
//   MEASURE <tab> SUBJECT <tab> NUMBER    or    MEASURE <tab> SUBJECT <tab> - <tab> REASON
// The n-th samples of two subjects of a measure were taken right after one another: they met the same load of the
// machine, so a ratio is the median of the ratios of such pairs.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Json = nlohmann::ordered_json;

struct Budget {
    const char* what;
    const char* measure;
    const char* subject;
    const char* reference;  // empty: the value itself is what is limited
    double limit;
    const char* unit;
    bool pairs = true;
};

constexpr Budget budgets[] = {
    {"wparexec /bin/true / floor (clone3, mounts, pivot_root, exec)", "wrap", "wparexec", "floor",
     1.5, ""},
    {"wparexec /bin/true / bwrap --unshare-all", "wrap", "wparexec", "bwrap", 1.0, ""},
    {"startwpar to init / lxc-start -d, loopback on both sides", "start", "startwpar", "lxc-start",
     0.7, ""},
    {"startwpar to init / lxc-start -d, veth and address on both sides", "start",
     "startwpar-address", "lxc-start-address", 0.7, ""},
    {"clogin -l root /bin/true / nsenter -a /bin/true", "login", "clogin", "nsenter", 1.5, ""},
    {"mkwpar of a shared WPAR", "make", "mkwpar", "", 500, "ms"},
    {"mkwpar -l with a generation at hand", "detached", "mkwpar-l", "", 300, "ms"},
    {"clonewpar of a detached WPAR that is defined", "clone", "clonewpar", "", 100, "ms"},
    {"savewpar / tar --xattrs --acls into zstd -T0, one tree and level", "backup", "savewpar",
     "tar-zstd", 0.8, ""},
    {"restwpar / zstd -d into tar x", "restore", "restwpar", "zstd-tar", 0.8, ""},
    {"savewpar's memory", "backup-memory", "savewpar", "", 131072, "kB"},
    {"restwpar's memory", "restore-memory", "restwpar", "", 131072, "kB"},
    {"keeper's memory (PSS), 100 running", "memory", "keeper", "", 512, "kB"},
    {"lswpar with 1,000 WPARs, all active", "list", "lswpar", "", 30, "ms"},
    {"chkptwpar, how long it stands still / runc checkpoint", "frozen", "chkptwpar", "runc", 1.0,
     ""},
    {"chkptwpar, how long it stands still / lxc-checkpoint", "frozen", "chkptwpar",
     "lxc-checkpoint", 1.0, ""},
    {"chkptwpar -k / runc checkpoint", "checkpoint-end", "chkptwpar", "runc", 1.5, ""},
    {"restartwpar / runc restore", "rebuild", "chkptwpar", "runc", 1.5, ""},
    {"starting the 1,000th / the first", "thousand", "thousandth", "first", 1.3, "", false},
};

struct Measure {
    const char* name;
    const char* title;
    const char* unit;
};

constexpr Measure measures[] = {
    {"wrap", "One command in a container, from call to return", "ms"},
    {"start", "From the call to init's first instruction", "ms"},
    {"login", "One command in a running container", "ms"},
    {"make", "Making a shared WPAR", "ms"},
    {"ready", "startwpar with systemd inside, to its READY=1", "ms"},
    {"generation", "A copy of /usr, /opt and /etc, 300 MB, to the disk", "ms"},
    {"generation-disk", "What it takes on the disk", "kB"},
    {"detached", "Making a WPAR or container with software of its own", "ms"},
    {"clone", "Another one with what one holds, software of 300 MB included", "ms"},
    {"backup", "A backup of 300 MB to the disk", "ms"},
    {"backup-disk", "What it takes on the disk", "kB"},
    {"backup-memory", "The largest process that makes one", "kB"},
    {"since", "Another one when a file has changed", "ms"},
    {"restore", "That backup as a WPAR or a tree, on the disk", "ms"},
    {"restore-memory", "The largest process that restores one", "kB"},
    {"verify", "All digests of a backup", "ms"},
    {"views", "What a new detached WPAR's /usr and /opt take on the disk", "kB"},
    {"root", "What the rest of it takes", "kB"},
    {"memory", "The process that holds a container, with 100 running", "kB"},
    {"idle-memory", "What the whole machine has less for each of 100 that do nothing", "kB"},
    {"idle-wakeups", "How often the process that holds one woke in 10 s", ""},
    {"list", "A look at 1,000 WPARs", "ms"},
    {"frozen", "How long a process of 64 MB stands still while it is stored", "ms"},
    {"checkpoint", "Storing it; it runs on", "ms"},
    {"checkpoint-end", "Storing and ending it", "ms"},
    {"rebuild", "Building it again", "ms"},
    {"thousand", "From startwpar to init: the first, and the thousandth", "ms"},
};

struct Subject {
    std::string name = {};
    std::vector<double> samples = {};
    std::string reason = {};
};

struct Summary {
    double median = 0;
    double low = 0;  // a quarter of the samples is lower
    double high = 0;
};

using Samples = std::map<std::string, std::vector<Subject>>;

double quantile(const std::vector<double>& sorted, double part) {
    const double place = part * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - static_cast<double>(below));
}

std::optional<Summary> summary(std::vector<double> values) {
    if (values.empty()) return std::nullopt;
    std::sort(values.begin(), values.end());
    return Summary{quantile(values, 0.5), quantile(values, 0.25), quantile(values, 0.75)};
}

Subject& subject_of(std::vector<Subject>& subjects, const std::string& name) {
    const auto found = std::find_if(subjects.begin(), subjects.end(),
                                    [&](const Subject& one) { return one.name == name; });
    if (found != subjects.end()) return *found;
    subjects.push_back({.name = name});
    return subjects.back();
}

Samples read_samples(std::istream& input) {
    Samples samples;
    std::string line;
    while (std::getline(input, line)) {
        std::istringstream fields(line);
        std::string measure, name, value, reason;
        if (!std::getline(fields, measure, '\t') || !std::getline(fields, name, '\t') ||
            !std::getline(fields, value, '\t'))
            continue;
        auto& subject = subject_of(samples[measure], name);
        if (value == "-" && std::getline(fields, reason)) {
            subject.reason = reason;
            continue;
        }
        char* end = nullptr;
        const double number = std::strtod(value.c_str(), &end);
        if (end != value.c_str()) subject.samples.push_back(number);
    }
    return samples;
}

std::vector<double> ratios(const Budget& budget, const Subject& one, const Subject& other) {
    std::vector<double> found;
    if (!budget.pairs) {
        const auto own = summary(one.samples), base = summary(other.samples);
        if (own && base) found.push_back(own->median / base->median);
        return found;
    }
    for (std::size_t at = 0; at < std::min(one.samples.size(), other.samples.size()); ++at)
        found.push_back(one.samples[at] / other.samples[at]);
    return found;
}

std::optional<Summary> value_of(const Budget& budget, Samples& samples) {
    auto subjects = samples[budget.measure];
    const auto one = subject_of(subjects, budget.subject);
    if (*budget.reference == '\0') return summary(one.samples);
    return summary(ratios(budget, one, subject_of(subjects, budget.reference)));
}

const char* verdict(const Budget& budget, const std::optional<Summary>& value) {
    if (!value) return "not measured";
    return value->median <= budget.limit ? "met" : "MISSED";
}

void print_budgets(Samples& samples) {
    std::printf("| %-66s | %-10s | %-21s | %-12s |\n", "budget", "at most", "measured (quartiles)",
                "");
    std::printf("|%s|%s|%s|%s|\n", std::string(68, '-').c_str(), std::string(12, '-').c_str(),
                std::string(23, '-').c_str(), std::string(14, '-').c_str());
    for (const auto& budget : budgets) {
        const auto value = value_of(budget, samples);
        char limit[32] = "", measured[64] = "-";
        std::snprintf(limit, sizeof limit, "%g %s", budget.limit, budget.unit);
        if (value) {
            const int digits = *budget.unit == '\0' ? 2 : 1;
            std::snprintf(measured, sizeof measured, "%.*f (%.*f - %.*f)", digits, value->median,
                          digits, value->low, digits, value->high);
        }
        std::printf("| %-66s | %-10s | %-21s | %-12s |\n", budget.what, limit, measured,
                    verdict(budget, value));
    }
}

void print_measure(const Measure& measure, const std::vector<Subject>& subjects) {
    std::printf("\n%s\n\n| %-22s | %9s | %-21s | %7s |\n", measure.title, "", measure.unit,
                "quartiles", "samples");
    std::printf("|%s|%s:|%s|%s:|\n", std::string(24, '-').c_str(), std::string(10, '-').c_str(),
                std::string(23, '-').c_str(), std::string(8, '-').c_str());
    for (const auto& subject : subjects) {
        const auto value = summary(subject.samples);
        if (!value) {
            std::printf("| %-22s | %9s | %s |\n", subject.name.c_str(), "-",
                        subject.reason.c_str());
            continue;
        }
        char spread[64] = "";
        std::snprintf(spread, sizeof spread, "%.2f - %.2f", value->low, value->high);
        std::printf("| %-22s | %9.2f | %-21s | %7zu |\n", subject.name.c_str(), value->median,
                    spread, subject.samples.size());
    }
}

Json as_json(const std::optional<Summary>& value) {
    if (!value) return nullptr;
    return {
        {"median", value->median}, {"low_quartile", value->low}, {"high_quartile", value->high}};
}

void print_json(Samples& samples) {
    Json document = {{"budgets", Json::array()}, {"measures", Json::object()}};
    for (const auto& budget : budgets) {
        const auto value = value_of(budget, samples);
        document["budgets"].push_back({{"what", budget.what},
                                       {"limit", budget.limit},
                                       {"unit", *budget.unit == '\0' ? "ratio" : budget.unit},
                                       {"measured", as_json(value)},
                                       {"verdict", verdict(budget, value)}});
    }
    for (const auto& measure : measures)
        for (const auto& subject : samples[measure.name]) {
            Json entry = {{"unit", measure.unit},
                          {"value", as_json(summary(subject.samples))},
                          {"samples", subject.samples}};
            if (!subject.reason.empty()) entry["reason"] = subject.reason;
            document["measures"][measure.name][subject.name] = entry;
        }
    std::cout << document.dump(2) << '\n';
}

}  // namespace

int main(int count, char** arguments) {
    auto samples = read_samples(std::cin);
    if (count > 1 && std::strcmp(arguments[1], "--json") == 0) {
        print_json(samples);
        return 0;
    }
    print_budgets(samples);
    for (const auto& measure : measures)
        if (!samples[measure.name].empty()) print_measure(measure, samples[measure.name]);
    return 0;
}
