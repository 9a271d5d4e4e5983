// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/links/LinkItem.h"
#include "model/Gauges.h"

#include <QPointF>
#include <QRectF>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

class QGraphicsScene;

namespace millrace {

/// The links of a scene: which there are, and where they run between the cards. Learns by difference; the scene owns the items.
class LinkLayer
{
public:
    /// Where a step's port is in the scene; nothing where there is no such step.
    using PortPlace =
        std::function<std::optional<QPointF>(const std::string &step, const std::string &port, bool isInput)>;

    LinkLayer(QGraphicsScene &scene, const LinkPainter &painter, PortPlace portPlace)
        : m_scene(scene), m_painter(painter), m_portPlace(std::move(portPlace))
    {}

    /// `cards`: where all cards are, for links that pass between them.
    void setLinks(const std::vector<LinkView> &views, std::vector<QRectF> cards);
    const std::vector<LinkItem *> &items() const { return m_links; }
    /// Null where there is none.
    LinkItem *item(const LinkView &view) const;
    std::vector<LinkView> selected() const;
    /// Marks the links with which this one, which is refused, would close a circle: those of all ways back. Nothing: none.
    void showCycleOf(const std::optional<LinkView> &refused);
    /// Marks the links between these steps, from and to: over them somebody waits, and nothing moves.
    void showWaits(const std::set<std::pair<std::string, std::string>> &waits);
    /// In the order of the links; those without one keep theirs.
    void setGauges(const std::vector<LinkGauge> &gauges);
    void clearGauges();
    /// The links of a card that has moved follow.
    void follow(const std::string &step);

private:
    void place(LinkItem &link) const;

    QGraphicsScene &m_scene;
    const LinkPainter &m_painter;
    PortPlace m_portPlace;
    std::vector<LinkItem *> m_links;
    std::unordered_multimap<std::string, LinkItem *> m_linksOf; ///< by the steps at both ends
    std::vector<QRectF> m_cards;
};

} // namespace millrace
