// SPDX-License-Identifier: MIT
#include "canvas/Glide.h"

#include "canvas/CanvasScene.h"

#include <QApplication>
#include <QStyle>

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

QPointF between(QPointF from, QPointF to, double part)
{
    return part >= 1 ? to : from + (to - from) * part;
}

} // namespace

Glide::Glide(CanvasScene &scene) : m_scene(scene)
{
    m_animation.setDuration(Duration);
    m_animation.setStartValue(0.0);
    m_animation.setEndValue(1.0);
    m_animation.setEasingCurve(QEasingCurve::InOutCubic);
    connect(&m_animation, &QVariantAnimation::valueChanged, this, [this](const QVariant &value) {
        if (isRunning())
            show(value.toDouble());
    });
    connect(&m_animation, &QVariantAnimation::finished, this, [this] { show(1); });
}

Glide::Places Glide::places() const
{
    Places places;
    for (const StepItem *step : m_scene.steps())
        places.steps[step->id()] = step->pos();
    for (const NoteItem *note : m_scene.notes())
        places.notes.push_back(note->pos());
    for (const FrameItem *frame : m_scene.frames())
        places.frames.push_back(frame->shownRect());
    return places;
}

void Glide::from(Places before)
{
    settle();
    if (QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) == 0)
        return;
    m_before = std::move(before);
    show(0);
    m_animation.start();
}

void Glide::settle()
{
    if (!isRunning())
        return;
    m_animation.stop();
    show(1);
}

void Glide::show(double part)
{
    for (const auto &[id, from] : m_before.steps)
        if (StepItem *step = m_scene.step(id))
            step->setPos(between(from, step->view().position, part));
    const auto &notes = m_scene.notes();
    for (size_t i = 0; i < std::min(notes.size(), m_before.notes.size()); ++i)
        notes[i]->setPos(between(m_before.notes[i], notes[i]->view().rect.topLeft(), part));
    const auto &frames = m_scene.frames();
    for (size_t i = 0; i < std::min(frames.size(), m_before.frames.size()); ++i) {
        const QRectF &from = m_before.frames[i], &to = frames[i]->view().rect;
        frames[i]->showAt(
            {between(from.topLeft(), to.topLeft(), part), between(from.bottomRight(), to.bottomRight(), part)});
    }
}

} // namespace millrace
