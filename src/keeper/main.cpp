#include <unistd.h>

#include <cstring>

#include "keeper/keeper.h"
#include "keeper/process.h"

namespace {

keeper::Options options;

void complain(const char* problem) {
    const char* const parts[] = {"keeper: ", problem,
                                 ". It is started by startwpar, not by hand.\n"};
    for (const char* part : parts) (void)!::write(2, part, std::strlen(part));
}

}  // namespace

int main(int count, char** arguments) {
    if (const char* problem = keeper::parse(count, arguments, options)) {
        complain(problem);
        return 2;
    }
    keeper::detach(options, count, arguments);
    return keeper::Keeper(options).run();
}
