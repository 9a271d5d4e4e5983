// SPDX-License-Identifier: MIT
#include "canvas/CanvasAccessible.h"

#include "canvas/CanvasPane.h"
#include "canvas/CanvasScene.h"
#include "model/Gauges.h"
#include "theme/Text.h"

#include <QAccessibleWidget>
#include <QCoreApplication>
#include <QPointer>
#include <QWindow>

#include <algorithm>
#include <map>
#include <utility>

namespace millrace {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("CanvasAccessible", text);
}

/// The selected item, where it is the only one.
const QGraphicsItem *onlySelected(const CanvasPane &view)
{
    const auto selected = view.canvas().selectedItems();
    return selected.size() == 1 ? selected.front() : nullptr;
}

/// What a step and a link have in common for who hears them: a place on the canvas, and that they can be selected.
class ItemAccessible : public QAccessibleInterface
{
public:
    explicit ItemAccessible(CanvasPane &view) : m_view(&view) {}

    bool isValid() const override { return m_view && item(); }
    QObject *object() const override { return nullptr; }
    QWindow *window() const override { return m_view ? m_view->window()->windowHandle() : nullptr; }
    QAccessibleInterface *parent() const override
    {
        return m_view ? QAccessible::queryAccessibleInterface(m_view) : nullptr;
    }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    void setText(QAccessible::Text, const QString &) override {}
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect inView = m_view->mapFromScene(place()).boundingRect();
        return {m_view->viewport()->mapToGlobal(inView.topLeft()), inView.size()};
    }
    QString text(QAccessible::Text kind) const override
    {
        if (!isValid())
            return {};
        return kind == QAccessible::Name ? name() : kind == QAccessible::Description ? description() : QString();
    }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.invalid = !isValid();
        if (state.invalid)
            return state;
        state.selectable = state.focusable = state.multiSelectable = true;
        state.selected = item()->isSelected();
        state.focused = m_view->hasFocus() && onlySelected(*m_view) == item();
        state.offscreen = !m_view->visibleScene().intersects(place());
        addTo(state);
        return state;
    }

    virtual QGraphicsItem *item() const = 0;

protected:
    CanvasPane &view() const { return *m_view; }

private:
    virtual QString name() const = 0;
    virtual QString description() const = 0;
    virtual QRectF place() const = 0;
    virtual void addTo(QAccessible::State &) const {}

    QPointer<CanvasPane> m_view;
};

class StepAccessible final : public ItemAccessible
{
public:
    StepAccessible(CanvasPane &view, std::string id) : ItemAccessible(view), m_id(std::move(id)) {}

    StepItem *item() const override { return view().canvas().step(m_id); }

private:
    QString name() const override
    {
        const StepView &shown = item()->view();
        return shown.name == shown.typeTitle ? tr("Step %1").arg(shown.name)
                                             : tr("Step %1, %2").arg(shown.name, shown.typeTitle);
    }

    QString description() const override
    {
        const StepLook &look = item()->look();
        QStringList parts{look.view.summary};
        parts << (look.view.workers == 1 ? tr("1 worker") : tr("%1 workers").arg(look.view.workers));
        if (!look.view.isEnabled)
            parts << tr("disabled");
        if (look.view.isBypassed)
            parts << tr("bypassed");
        if (look.gauge) {
            parts << stateText(*look.gauge);
            if (!look.gauge->limit.isEmpty())
                parts << tr("limits the run");
            if (look.view.hasInput)
                parts << tr("queue %1 of %2")
                             .arg(look.gauge->depth)
                             .arg(look.gauge->capacity ? QString::number(look.gauge->capacity) : tr("any number"));
        }
        parts << look.view.problem;
        parts.removeAll(QString());
        return parts.join(QStringLiteral(", "));
    }

    QRectF place() const override { return item()->card(); }
    void addTo(QAccessible::State &state) const override
    {
        state.disabled = !item()->view().isEnabled;
        state.busy = item()->look().gauge && item()->look().gauge->state == StepState::Busy;
    }

    std::string m_id;
};

class LinkAccessible final : public ItemAccessible
{
public:
    LinkAccessible(CanvasPane &view, LinkView link) : ItemAccessible(view), m_link(std::move(link)) {}

    LinkItem *item() const override { return view().canvas().link(m_link); }

private:
    QString name() const override
    {
        const StepItem *from = view().canvas().step(m_link.fromStep), *to = view().canvas().step(m_link.toStep);
        const QString source = from ? from->view().name : toQString(m_link.fromStep);
        const QString target = to ? to->view().name : toQString(m_link.toStep);
        if (m_link.isError())
            return tr("Link for the failed items of %1 to %2").arg(source, target);
        const bool isOneOfSeveral = from && from->view().outputs.size() > 1;
        return isOneOfSeveral ? tr("Link from %1, output %2, to %3").arg(source, toQString(m_link.fromPort), target)
                              : tr("Link from %1 to %2").arg(source, target);
    }

    QString description() const override { return {}; }
    QRectF place() const override { return item()->path().boundingRect(); }

    LinkView m_link;
};

class CanvasAccessible final : public QAccessibleWidget
{
public:
    explicit CanvasAccessible(CanvasPane &view) : QAccessibleWidget(&view, QAccessible::List), m_view(view) {}
    ~CanvasAccessible() override
    {
        for (const auto &[key, id] : m_known)
            QAccessible::deleteAccessibleInterface(id);
    }

    int childCount() const override
    {
        return int(m_view.canvas().drawing().steps.size() + m_view.canvas().links().size());
    }

    QAccessibleInterface *child(int index) const override
    {
        const auto &steps = m_view.canvas().drawing().steps;
        const auto &links = m_view.canvas().links();
        if (index < 0 || index >= childCount())
            return nullptr;
        if (size_t(index) < steps.size())
            return known(steps[size_t(index)].id, [&] { return new StepAccessible(m_view, steps[size_t(index)].id); });
        const LinkView &link = links[size_t(index) - steps.size()]->view();
        const std::string key = link.fromStep + '\n' + link.fromPort + '\n' + link.toStep + '\n' + link.toPort;
        return known(key, [&] { return new LinkAccessible(m_view, link); });
    }

    int indexOfChild(const QAccessibleInterface *child) const override
    {
        const auto *wanted = dynamic_cast<const ItemAccessible *>(child);
        return wanted && wanted->isValid() ? indexOf(wanted->item()) : -1;
    }

    QAccessibleInterface *childAt(int x, int y) const override
    {
        const QPointF at = m_view.mapToScene(m_view.viewport()->mapFromGlobal(QPoint(x, y)));
        const QGraphicsItem *found = m_view.canvas().stepAt(at);
        if (!found)
            found = m_view.canvas().linkAt(at);
        return found ? child(indexOf(found)) : nullptr;
    }

    QAccessibleInterface *focusChild() const override
    {
        const QGraphicsItem *selected = m_view.hasFocus() ? onlySelected(m_view) : nullptr;
        return selected ? child(indexOf(selected)) : QAccessibleWidget::focusChild();
    }

    int indexOf(const QGraphicsItem *item) const
    {
        const auto steps = m_view.canvas().steps();
        if (const auto step = std::ranges::find(steps, item); step != steps.end())
            return int(step - steps.begin());
        const auto &links = m_view.canvas().links();
        const auto link = std::ranges::find(links, item);
        return link == links.end() ? -1 : int(steps.size()) + int(link - links.begin());
    }

private:
    template <typename Make>
    QAccessibleInterface *known(const std::string &key, const Make &make) const
    {
        const auto found = m_known.find(key);
        if (found != m_known.end())
            return QAccessible::accessibleInterface(found->second);
        QAccessibleInterface *made = make();
        m_known.emplace(key, QAccessible::registerAccessibleInterface(made));
        return made;
    }

    CanvasPane &m_view;
    mutable std::map<std::string, QAccessible::Id>
        m_known; ///< those that were asked for, as long as the canvas is there
};

QAccessibleInterface *makeInterface(const QString &, QObject *object)
{
    auto *view = qobject_cast<CanvasPane *>(object);
    return view ? new CanvasAccessible(*view) : nullptr;
}

} // namespace

void makeCanvasAccessible()
{
    QAccessible::installFactory(makeInterface); // one that is there already isn't added again
}

void tellFocus(CanvasPane &view)
{
    if (!QAccessible::isActive())
        return;
    const auto *canvas = static_cast<CanvasAccessible *>(QAccessible::queryAccessibleInterface(&view));
    const QGraphicsItem *selected = onlySelected(view);
    const int index = selected && canvas ? canvas->indexOf(selected) : -1;
    if (index < 0)
        return;
    QAccessibleEvent event(&view, QAccessible::Focus);
    event.setChild(index);
    QAccessible::updateAccessibility(&event);
}

} // namespace millrace
