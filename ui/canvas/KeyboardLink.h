// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/StepGeometry.h"
#include "model/Drawing.h"

#include <QString>

#include <optional>
#include <string>

class QPainter;

namespace millrace {

class CanvasPane;
class StepItem;

/// A link that is drawn by keys: from the selected step, or with the selected link's end taken to another step. Arrows choose the
/// target, Enter links, Esc leaves it, and what is wanted is told by the pane's signals.
class KeyboardLink
{
public:
    explicit KeyboardLink(CanvasPane &pane) : m_pane(pane) {}

    bool isUnderWay() const { return !m_source.empty(); }
    /// Begins one where something is selected that it can start from. Once more takes the source's next output, the error port
    /// after the others.
    void start();
    /// Takes a key; false where it has no use for it.
    bool press(int key);
    void leave();
    void paint(QPainter &painter) const;

private:
    void takeNextPort();
    void tell() const;
    void aim(StepItem *target);
    void accept();
    /// That Enter would draw.
    LinkView link() const;
    QString whyNot(const LinkView &link) const;

    CanvasPane &m_pane;
    std::string m_source, m_target;
    Port m_port;                        ///< where it leaves its source
    std::optional<LinkView> m_replaced; ///< whose end it takes along
};

} // namespace millrace
