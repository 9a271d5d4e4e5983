// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace millrace {

/// Which of many sorted runs goes on, in log2(runs) comparisons an item: a tree of losers (Knuth, volume 3, 5.4.1). Runs are numbers; `isBefore(a, b)` says
/// whether what run a has next comes before what run b has; a run that is over comes after all others.
class LoserTree
{
public:
    template <class Before>
    void build(size_t runs, Before isBefore)
    {
        m_losers.assign(runs, 0);
        m_winner = runs > 1 ? play(1, isBefore) : 0;
    }
    size_t winner() const { return m_winner; }
    /// After the winner's run has gone on.
    template <class Before>
    void replay(Before isBefore)
    {
        for (size_t node = (m_winner + m_losers.size()) / 2; node > 0; node /= 2)
            if (isBefore(m_losers[node], m_winner))
                std::swap(m_losers[node], m_winner);
    }

private:
    /// The winner below that node; node n has the children 2n and 2n + 1, the leaves are the runs.
    template <class Before>
    size_t play(size_t node, Before isBefore)
    {
        if (node >= m_losers.size())
            return node - m_losers.size();
        size_t left = play(2 * node, isBefore), right = play(2 * node + 1, isBefore);
        if (isBefore(right, left))
            std::swap(left, right);
        m_losers[node] = right;
        return left;
    }

    std::vector<size_t> m_losers; ///< by node, from 1
    size_t m_winner = 0;
};

} // namespace millrace
