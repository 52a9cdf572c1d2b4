"""Published instances as scenarios, a runner, its report, and generated plants of any size."""
