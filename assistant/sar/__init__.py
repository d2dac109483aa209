"""The walk-through: does a case meet the criteria for a Safeguarding Adult Review?"""
